import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LINE_FEED = 10;

/** A client over standard input and output that counts answers instead of reading them. */
export interface StdioClient {
  /** Writes one line and waits for one answer. */
  readonly roundTrip: (line: string) => Promise<void>;
  /** Writes lines, as many at a time as the pipe takes, and waits for as many answers. */
  readonly pipeline: (chunk: string, linesInChunk: number, chunks: number) => Promise<void>;
  /** Peak and present memory of the process in MiB; null where the system does not tell. */
  readonly memory: () => { readonly peak: number; readonly now: number } | null;
  readonly end: () => Promise<void>;
}

function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}

/** Starts a server, or a proxy in front of one. */
export function startClient(program: string, args: readonly string[]): StdioClient {
  const child = spawn(program, [...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  let answers = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let reached: () => void = () => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    answers += countLines(chunk);
    if (answers >= wanted) reached();
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const waitFor = (count: number): Promise<void> =>
    new Promise((resolve, reject) => {
      wanted = count;
      reached = resolve;
      void ended.then(() => reject(new Error(`the server ended after ${answers} answers`)));
      if (answers >= count) resolve();
    });
  return {
    async roundTrip(line) {
      const answered = waitFor(answers + 1);
      child.stdin.write(line);
      await answered;
    },
    async pipeline(chunk, linesInChunk, chunks) {
      const answered = waitFor(answers + linesInChunk * chunks);
      for (let sent = 0; sent < chunks; sent++)
        if (!child.stdin.write(chunk)) await new Promise((resolve) => child.stdin.once('drain', resolve));
      await answered;
    },
    memory: () => readMemory(child),
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

function readMemory({ pid }: ChildProcess): { peak: number; now: number } | null {
  if (process.platform !== 'linux') return null;
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { peak: read('VmHWM'), now: read('VmRSS') };
}
