import { createHash } from 'node:crypto';
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
import { type AuditVerification, verifyAuditLog } from './read/verify-audit-log.ts';
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
  '"failed_rule":"^/home/.*","error_code":-32001,"reason":"argument `path` does not match","id":"a","policy_hash":"00ff"}';

/** The records of a file without their seals, and without those that begin and end a session. */
function readBodies(path: string): readonly string[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines
    .filter((line) => !/"event":"AUDIT_(SESSION|CLOSED)"/.test(line))
    .map((line) => line.replace(/,"seq":\d+,"prev":"[0-9a-f]{64}"\}$/, '}'));
}

function verify(): AuditVerification {
  return verifyAuditLog({ path: options.path });
}

let folder: string;
let options: AuditFileOptions;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-audit-'));
  options = {
    path: join(folder, 'audit.jsonl'),
    mode: 'enforce',
    policyHash: '00ff',
    now: () => new Date('2026-01-20T10:30:45.123Z'),
    createSessionId: () => 'run-1',
    fsync: 'never',
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
    expect(readBodies(options.path)).toEqual([
      BLOCKED_LINE,
      `{"timestamp":"2026-01-20T10:30:45.123Z","direction":"downstream","event":"DLP_TRIGGERED",` +
        '"dlp_rule":"AWS \\"Key\\"","dlp_action":"REDACTED","dlp_match_count":2,"policy_hash":"00ff"}',
    ]);
  });

  it('ties each record to the line before it', () => {
    const sink = openAuditFile(options);
    sink.append([BLOCKED, BLOCKED]);
    sink.close();
    const lines = readFileSync(options.path, 'utf8').split('\n').slice(0, -1);
    expect(lines[0]).toBe(
      '{"timestamp":"2026-01-20T10:30:45.123Z","event":"AUDIT_SESSION","format":1,"session":"run-1",' +
        `"policy_mode":"enforce","policy_hash":"00ff","seq":0,"prev":"${'0'.repeat(64)}"}`,
    );
    lines.slice(1).forEach((line, index) => {
      const prev = createHash('sha256')
        .update(lines[index] ?? '')
        .digest('hex');
      expect(line.endsWith(`,"seq":${index + 1},"prev":"${prev}"}`)).toBe(true);
    });
    expect(lines.at(-1)).toContain('"event":"AUDIT_CLOSED"');
  });

  it('continues the chain that is there', () => {
    for (let run = 0; run < 3; run++) {
      const sink = openAuditFile(options);
      expect(sink.append([BLOCKED])).toBeNull();
      sink.close();
    }
    expect(verify()).toMatchObject({ records: 9, findings: [], notes: [] });
  });

  it.each([
    ['text', 'before\n'],
    ['text without an end', 'before'],
    ['records without seals', `${BLOCKED_LINE}\nx\n`],
    ['an empty line', '\n\n\nx\n'],
  ])('does not continue %s', (_, text) => {
    writeFileSync(options.path, text);
    expect(() => openAuditFile(options)).toThrow('move it away or give another path');
    expect(readFileSync(options.path, 'utf8')).toBe(text);
    expect(existsSync(`${options.path}.lock`)).toBe(false);
  });

  it('does not continue a log whose last records were changed', () => {
    const sink = openAuditFile(options);
    sink.append([BLOCKED]);
    sink.close();
    writeFileSync(options.path, readFileSync(options.path, 'utf8').replace('delete_file', 'list_files'));
    expect(() => openAuditFile(options)).toThrow('its last two records do not belong together');
  });

  it('goes on behind a record that was cut off at any byte', () => {
    const sink = openAuditFile(options);
    sink.append([BLOCKED, BLOCKED]);
    const whole = readFileSync(options.path);
    sink.close();
    const start = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let cut = 0; cut <= whole.length; cut++) {
      writeFileSync(options.path, whole.subarray(0, cut));
      const next = openAuditFile(options);
      expect(next.append([BLOCKED])).toBeNull();
      next.close();
      const report = verify();
      expect(report.findings).toEqual([]);
      // A record whose line feed alone is missing is whole.
      if (cut > start) expect(report.notes).toHaveLength(cut >= whole.length - 1 ? 0 : 1);
      expect(readFileSync(options.path).subarray(0, cut)).toEqual(whole.subarray(0, cut));
    }
  });

  it('says so when the disk is full, and starts a new line once there is room', () => {
    let room = 10_000;
    const sink = openAuditFile({
      ...options,
      write: (descriptor, bytes, offset) => {
        if (room === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        const size = Math.min(room, bytes.length - offset);
        room -= size;
        return writeSync(descriptor, bytes, offset, size);
      },
    });
    room = 10;
    expect(sink.append([BLOCKED])?.message).toBe(`can't write the audit log ${options.path}: ENOSPC`);
    expect(sink.append([BLOCKED])).not.toBeNull();
    room = 10_000;
    expect(sink.append([BLOCKED])).toBeNull();
    sink.close();
    expect(sink.append([BLOCKED])?.message).toBe('the audit log is closed');
    const [torn, resumed, record] = readBodies(options.path);
    expect(torn).toBe(BLOCKED_LINE.slice(0, 10));
    const hash = createHash('sha256').update(`${torn}\n`).digest('hex');
    expect(resumed).toBe(
      `{"timestamp":"2026-01-20T10:30:45.123Z","event":"AUDIT_RESUMED","unwritten":2,"torn_bytes":11,"torn_hash":"${hash}"}`,
    );
    expect(record).toBe(BLOCKED_LINE);
    expect(verify()).toMatchObject({ findings: [], notes: [expect.stringContaining('11 bytes')] });
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
    writeFileSync(options.path, '');
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
