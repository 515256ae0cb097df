import {
  chmodSync,
  existsSync,
  mkdtempSync,
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
import { ProxyError } from '../errors/proxy-error.ts';
import { type AuditFileOptions, openAuditFile } from './audit-file.ts';
import type { DecisionRecord } from './record.ts';

const BLOCKED: DecisionRecord = {
  kind: 'decision',
  direction: 'upstream',
  method: 'tools/call',
  tool: 'delete_file',
  argsText: '{"path":"/etc/passwd"}',
  decision: 'BLOCK',
  violation: true,
  failedArg: 'path',
  failedRule: '^/home/.*',
  errorCode: -32001,
  reason: 'argument `path` does not match',
  idText: '"a"',
};

const BLOCKED_LINE =
  '{"timestamp":"2026-01-20T10:30:45.123Z","direction":"upstream","method":"tools/call","tool":"delete_file",' +
  '"args":{"path":"/etc/passwd"},"decision":"BLOCK","policy_mode":"enforce","violation":true,"failed_arg":"path",' +
  '"failed_rule":"^/home/.*","error_code":-32001,"reason":"argument `path` does not match","id":"a","policy_hash":"00ff"}\n';

let folder: string;
let options: AuditFileOptions;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-audit-'));
  options = {
    path: join(folder, 'audit.jsonl'),
    mode: 'enforce',
    policyHash: '00ff',
    now: () => new Date('2026-01-20T10:30:45.123Z'),
  };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the audit file', () => {
  it('holds the members of the specification, in its order', () => {
    const sink = openAuditFile(options);
    expect(sink.append([BLOCKED])).toBeNull();
    expect(
      sink.append([
        { kind: 'dlp', direction: 'downstream', rule: 'AWS "Key"', action: 'REDACTED', count: 2 },
      ]),
    ).toBeNull();
    sink.close();
    expect(readFileSync(options.path, 'utf8')).toBe(
      `${BLOCKED_LINE}{"timestamp":"2026-01-20T10:30:45.123Z","direction":"downstream","event":"DLP_TRIGGERED",` +
        '"dlp_rule":"AWS \\"Key\\"","dlp_action":"REDACTED","dlp_match_count":2,"policy_hash":"00ff"}\n',
    );
  });

  it('appends to what is there', () => {
    writeFileSync(options.path, 'before\n');
    const sink = openAuditFile(options);
    sink.append([BLOCKED]);
    sink.close();
    expect(readFileSync(options.path, 'utf8')).toBe(`before\n${BLOCKED_LINE}`);
  });

  it('starts a new line after a record that was cut off', () => {
    writeFileSync(options.path, '{"timestamp":"20');
    const sink = openAuditFile(options);
    sink.append([BLOCKED]);
    sink.close();
    expect(readFileSync(options.path, 'utf8')).toBe(`{"timestamp":"20\n${BLOCKED_LINE}`);
  });

  it('says so when the disk is full, and starts a new line once there is room', () => {
    let room = 10;
    const sink = openAuditFile({
      ...options,
      write: (descriptor, bytes, offset) => {
        if (room === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        const size = Math.min(room, bytes.length - offset);
        room -= size;
        return writeSync(descriptor, bytes, offset, size);
      },
    });
    expect(sink.append([BLOCKED])?.message).toBe(`can't write the audit log ${options.path}: ENOSPC`);
    expect(sink.append([BLOCKED])).not.toBeNull();
    room = 10_000;
    expect(sink.append([BLOCKED])).toBeNull();
    sink.close();
    expect(sink.append([BLOCKED])?.message).toBe('the audit log is closed');
    expect(readFileSync(options.path, 'utf8')).toBe(`${BLOCKED_LINE.slice(0, 10)}\n${BLOCKED_LINE}`);
  });

  it.skipIf(process.platform === 'win32')('that was removed takes no more records', () => {
    const sink = openAuditFile(options);
    expect(sink.append([BLOCKED])).toBeNull();
    rmSync(options.path);
    expect(sink.append([BLOCKED])?.message).toBe(`the audit log ${options.path} was removed`);
    sink.close();
  });

  it.skipIf(process.platform === 'win32')('is for its owner only', () => {
    openAuditFile(options).close();
    expect(statSync(options.path).mode & 0o777).toBe(0o600);
    chmodSync(options.path, 0o644);
    openAuditFile(options).close();
    expect(statSync(options.path).mode & 0o777).toBe(0o600);
  });

  it('is never a directory', () => {
    expect(() => openAuditFile({ ...options, path: folder })).toThrow('it is a directory');
  });

  it('needs its directory', () => {
    const path = join(folder, 'no', 'audit.jsonl');
    expect(() => openAuditFile({ ...options, path })).toThrow(ProxyError);
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('is never reached through a symbolic link', () => {
    symlinkSync(join(folder, 'elsewhere'), options.path);
    expect(() => openAuditFile(options)).toThrow('it is a symbolic link');
  });

  it.skipIf(process.platform === 'win32')('is never a device', () => {
    expect(() => openAuditFile({ ...options, path: '/dev/null' })).toThrow('not a regular file');
  });
});
