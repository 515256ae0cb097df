import type { TestEvent } from '@agentpolicy/test-runner';
import { describe, expect, it } from 'vitest';
import { createMutationProgress, createProgress, formatProgress } from './progress.ts';

const MIB = 1024 ** 2;

/** What is written while 100 MiB are replayed in steps of so many milliseconds. */
function watch(stepMs: number, stream: { readonly isTTY: boolean; readonly columns?: number }): string[] {
  const written: string[] = [];
  const progress = createProgress({ ...stream, write: (text) => written.push(text) }, () => 0);
  const tell = (event: TestEvent): void => progress.onEvent(event);
  tell({ at: 0, kind: 'run-started', files: ['a'], bytes: 100 * MIB });
  for (let step = 1; step <= 100; step++)
    tell({ at: step * stepMs, kind: 'progress', file: 'a', calls: step * 1000, bytes: step * MIB });
  progress.end();
  return written;
}

describe('progress', () => {
  it.each([
    [25, 50_000, 5000, 'replayed 25 % of 100.0 MiB, 50,000 calls, 10,000 a second, about 15 s left'],
    [99.9, 1, 1000, 'replayed 99 % of 100.0 MiB, 1 calls, 1 a second, about 0 s left'],
    [1, 0, 10_000, 'replayed 1 % of 100.0 MiB, 0 calls, 0 a second, about 16 min 30 s left'],
    [1, 0, 100_000, 'replayed 1 % of 100.0 MiB, 0 calls, 0 a second, about 2 h 45 min left'],
    [0.9, 7, 700, 'replayed 0 % of 100.0 MiB, 7 calls, 10 a second'],
    [0, 0, 0, 'replayed 0 % of 100.0 MiB, 0 calls, 0 a second'],
  ])('after %d MiB, %d calls and %d ms reads well', (mib, calls, elapsedMs, text) => {
    expect(formatProgress({ calls, bytes: mib * MIB, total: 100 * MIB, elapsedMs })).toBe(text);
  });

  it('says nothing of a short run', () => {
    expect(watch(4, { isTTY: true })).toEqual([]);
    expect(watch(99, { isTTY: false })).toEqual([]);
  });

  it('draws one line for a person, no wider than the terminal, and takes it away', () => {
    const written = watch(100, { isTTY: true, columns: 40 });
    expect(written).toHaveLength(97);
    expect(written.every((text) => text.startsWith('\r\u001b[K') && text.length <= 39 + 4)).toBe(true);
    expect(written.at(-1)).toBe('\r\u001b[K');
  });

  it('takes a terminal that does not know its width for one of 80 columns', () => {
    const [first] = watch(100, { isTTY: true, columns: 0 });
    expect(first).toBe('\r\u001b[Kreplayed 5 % of 100.0 MiB, 5,000 calls, 10,000 a second, about 10 s left');
  });

  it('writes a line every ten seconds for a log', () => {
    expect(watch(500, { isTTY: false })).toEqual([
      'aip: replayed 20 % of 100.0 MiB, 20,000 calls, 2,000 a second, about 40 s left\n',
      'aip: replayed 40 % of 100.0 MiB, 40,000 calls, 2,000 a second, about 30 s left\n',
      'aip: replayed 60 % of 100.0 MiB, 60,000 calls, 2,000 a second, about 20 s left\n',
      'aip: replayed 80 % of 100.0 MiB, 80,000 calls, 2,000 a second, about 10 s left\n',
      'aip: replayed 100 % of 100.0 MiB, 100,000 calls, 2,000 a second, about 0 s left\n',
    ]);
  });

  it('counts mistakes in policies', () => {
    const written: string[] = [];
    let now = 0;
    const stream = { isTTY: true, write: (text: string) => written.push(text) };
    const progress = createMutationProgress(stream, () => now);
    for (let done = 1; done <= 4; done++) {
      now = done * 300;
      progress.onProgress(done, 4);
    }
    progress.end();
    expect(written).toEqual([
      '\r\u001b[Ktried 2 of 4 mistakes, about 1 s left',
      '\r\u001b[Ktried 3 of 4 mistakes, about 0 s left',
      '\r\u001b[Ktried 4 of 4 mistakes, about 0 s left',
      '\r\u001b[K',
    ]);
  });
});
