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
  it('does not keep the lines that they came in', () => {
    const session = createSession();
    const filler = 'x'.repeat(1 << 20);
    const before = heapInUse();
    for (let index = 0; index < 60; index++) {
      const name = `a name long enough to be a slice of the line ${index}`;
      const params = { name, arguments: { filler: `${index}${filler}` } };
      const message = {
        jsonrpc: '2.0',
        id: `a long id as well, number ${index}`,
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
    expect(session.openRequests('client')[59]?.tool).toBe('a name long enough to be a slice of the line 59');
  });
});
