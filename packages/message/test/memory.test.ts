import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createSession, readMessage } from '../src/index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('a session with many open requests', () => {
  // Twelve characters are the longest slice that V8 copies, thirteen the shortest that it does not.
  it.each([9, 12, 13, 60])(
    'does not keep the lines that they came in, with names of %i characters',
    (length) => {
      const nameOf = (index: number): string => `${index}`.padEnd(length, '-');
      const session = createSession();
      const filler = 'x'.repeat(1 << 20);
      const before = heapInUse();
      for (let index = 0; index < 60; index++) {
        const name = nameOf(index);
        const params = { name, arguments: { filler: `${index}${filler}` } };
        const message = {
          jsonrpc: '2.0',
          id: name,
          method: 'tools/call',
          params,
        };
        // Read as from the wire: parts of the text are slices of it.
        expect(
          session.receive(readMessage(Buffer.from(JSON.stringify(message)).toString(), 'client')).action,
        ).toBe('forward');
      }
      expect(session.openRequests('client')).toHaveLength(60);
      expect(heapInUse() - before).toBeLessThan(10 << 20);
      expect(session.openRequests('client')[59]?.tool).toBe(nameOf(59));
    },
  );
});
