import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTraceFile, type TraceFileOptions } from './trace-file.ts';

let folder: string;
let path: string;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-trace-'));
  path = join(folder, 'a.jsonl');
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: Partial<TraceFileOptions> = {}) {
  return openTraceFile({ path, append: false, onTrouble: (message) => told.push(message), ...options });
}

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('the file of a recording', () => {
  it('is for its owner only', () => {
    open().close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is not written over', () => {
    writeFileSync(path, 'x\n');
    expect(() => open()).toThrow('it exists; add --append');
    expect(read('a.jsonl')).toBe('x\n');
  });

  it('is not one behind a symbolic link, nor a folder', () => {
    symlinkSync(join(folder, 'target'), path);
    expect(() => open({ append: true })).toThrow('symbolic link');
    expect(() => open({ path: folder, append: true })).toThrow('folder');
  });

  it('goes on behind a torn line', () => {
    writeFileSync(path, '{"seq":1}\n{"se');
    const file = open({ append: true });
    file.append(['{"seq":1}\n', '{"seq":2}\n']);
    file.append(['{"seq":3}\n']);
    file.close();
    expect(read('a.jsonl')).toBe('{"seq":1}\n{"se\n{"seq":1}\n{"seq":2}\n{"seq":3}\n');
  });

  it('goes on in another file past its size, and there after a restart', () => {
    const file = open({ maxBytes: 10 });
    file.append(['aaaa\n', 'bbbb\n', 'cccc\n']);
    file.append(['longer than a file\n', 'd\n']);
    file.close();
    expect(readdirSync(folder).sort()).toEqual(['a.2.jsonl', 'a.3.jsonl', 'a.4.jsonl', 'a.jsonl']);
    expect([read('a.jsonl'), read('a.2.jsonl')]).toEqual(['aaaa\nbbbb\n', 'cccc\n']);
    expect([read('a.3.jsonl'), read('a.4.jsonl')]).toEqual(['longer than a file\n', 'd\n']);
    const again = open({ append: true, maxBytes: 10 });
    again.append(['e\n']);
    again.close();
    expect(read('a.4.jsonl')).toBe('d\ne\n');
  });

  it('counts what a full disk took, tells it once, and goes on with a whole line', () => {
    let full = false;
    const file = open({
      write: (descriptor, bytes, offset) => {
        if (!full) return writeSync(descriptor, bytes, offset);
        if (offset > 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        return writeSync(descriptor, bytes, 0, 3);
      },
    });
    file.append(['one\n']);
    full = true;
    file.append(['two, torn\n']);
    file.append(['three\n', 'four\n']);
    full = false;
    file.append(['five\n']);
    file.close();
    expect(file.lost).toBe(3);
    expect(told).toEqual([
      "the trace can't be written: no space is left",
      'the trace can be written again; 3 lines are lost',
    ]);
    expect(read('a.jsonl').split('\n')).toEqual(['one', 'two', '\nth'.slice(1), 'five', '']);
  });
});
