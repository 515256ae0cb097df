import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAudit } from '../../src/audit/open-audit.ts';
import { verifyAuditLog } from '../../src/audit/read/verify-audit-log.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import type { AuditSink } from '../../src/audit/sink.ts';

const RECORD: AuditRecord = {
  kind: 'dlp',
  direction: 'downstream',
  rule: 'key',
  action: 'REDACTED',
  count: 1,
};
const CONTEXT = { mode: 'enforce', policyHash: '00ff', now: () => new Date(0) } as const;

let folder: string;
let path: string;
let sinks: AuditSink[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-files-'));
  path = join(folder, 'audit.jsonl');
  sinks = [];
});
afterEach(() => {
  for (const sink of sinks) sink.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(
  settings: Parameters<typeof openAudit>[1] = {},
  report: (line: string) => void = () => undefined,
) {
  const sink = openAudit(path, { fsync: 'never', ...settings }, CONTEXT, report);
  sinks.push(sink);
  return sink;
}

function appendMany(sink: AuditSink, count: number): void {
  for (let index = 0; index < count; index++) expect(sink.append([RECORD])).toBeNull();
}

function events(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => String(JSON.parse(line).event));
}

const onPosix = describe.skipIf(process.platform === 'win32');

describe('rotation', () => {
  it('keeps the chain across files', () => {
    const sink = open({ maxBytes: 4096 });
    appendMany(sink, 60);
    sink.close();
    const files = readdirSync(folder).sort();
    expect(files.length).toBeGreaterThan(3);
    const report = verifyAuditLog({ path });
    expect(report.files).toHaveLength(files.length);
    expect(report).toMatchObject({ findings: [], notes: [] });
    expect(events(`${path}.1`).at(-1)).toBe('AUDIT_ROTATED');
    expect(events(`${path}.2`)[0]).toBe('AUDIT_CONTINUED');
    expect(JSON.parse(readFileSync(`${path}.2`, 'utf8').split('\n')[0] ?? '')).toMatchObject({
      previous_file: 'audit.jsonl.1',
    });

    // A file in the middle that goes missing, and one at the start.
    rmSync(`${path}.2`);
    expect(verifyAuditLog({ path }).findings).toMatchObject([{ kind: 'missing', place: { line: 1 } }]);
    rmSync(`${path}.1`);
    const [finding] = verifyAuditLog({ path }).findings;
    const start = /--expect-start ([0-9a-f]{64})/.exec(finding?.message ?? '')?.[1] ?? '';
    expect(verifyAuditLog({ path, expectStart: start }).findings).toEqual([]);
  });

  it('that was cut short between two files goes on in the next', () => {
    const sink = open({ maxBytes: 4096 });
    while (!existsSync(`${path}.1`)) appendMany(sink, 1);
    sink.close();
    rmSync(path);
    const next = open();
    appendMany(next, 1);
    next.close();
    expect(verifyAuditLog({ path })).toMatchObject({ findings: [], files: [`${path}.1`, path] });
  });

  it('refuses a size that holds next to nothing', () => {
    expect(() => open({ maxBytes: 10 })).toThrow('at least 4096');
  });
});

onPosix('a file that is exchanged while it is written', () => {
  it('is left where it was moved, and a new one goes on', () => {
    const sink = open();
    appendMany(sink, 2);
    renameSync(path, `${path}.1`);
    appendMany(sink, 2);
    sink.close();
    expect(events(path)[0]).toBe('AUDIT_CONTINUED');
    expect(verifyAuditLog({ path })).toMatchObject({ records: 7, findings: [] });
  });

  it('is opened again when told, also when nothing is written', () => {
    const sink = open();
    appendMany(sink, 1);
    renameSync(path, join(folder, 'kept'));
    sink.reopen();
    expect(events(path)).toEqual(['AUDIT_CONTINUED']);
  });

  it('refuses records while it is removed, until told to begin anew', () => {
    const sink = open();
    rmSync(path);
    expect(sink.append([RECORD])?.message).toBe(`the audit log ${path} was removed`);
    sink.reopen();
    appendMany(sink, 1);
    expect(events(path)).toEqual(['AUDIT_CONTINUED', 'AUDIT_RESUMED', 'DLP_TRIGGERED']);
    sink.close();
    expect(verifyAuditLog({ path }).findings).toMatchObject([{ kind: 'missing' }]);
  });

  it('refuses records while somebody else writes to it', () => {
    const sink = open();
    writeFileSync(path, 'x\n', { flag: 'a' });
    expect(sink.append([RECORD])?.message).toContain('somebody else writes to it');
  });

  it('refuses records while another log stands in its place', () => {
    const sink = open();
    const mine = readFileSync(path, 'utf8');
    rmSync(path);
    writeFileSync(path, mine.replace('"seq":0', '"seq":7'));
    expect(sink.append([RECORD])?.message).toContain('it was exchanged or cut; move it away');
    rmSync(path);
    writeFileSync(path, mine);
    appendMany(sink, 1);
    expect(events(path)).toEqual(['AUDIT_SESSION', 'AUDIT_RESUMED', 'DLP_TRIGGERED']);
  });

  it('goes on in a file that was copied and emptied, once told', () => {
    const sink = open();
    appendMany(sink, 1);
    truncateSync(path);
    expect(sink.append([RECORD])).not.toBeNull();
    sink.reopen();
    appendMany(sink, 1);
    expect(events(path)).toEqual(['AUDIT_CONTINUED', 'AUDIT_RESUMED', 'DLP_TRIGGERED']);
  });
});

describe('a log', () => {
  it('has one writer', () => {
    const sink = open();
    expect(() => open()).toThrow('give each proxy a log of its own');
    sink.close();
    open();
  });

  it.each([
    ['is gone', '2147483646 1\n'],
    ['was killed while it locked', ''],
  ])('is taken over from a writer that %s', (_, text) => {
    writeFileSync(`${path}.lock`, text);
    appendMany(open(), 1);
  });

  it('lets calls through when told to, and says so', () => {
    const lines: string[] = [];
    const sink = open({ failure: 'open' }, (line) => lines.push(line));
    rmSync(path);
    expect(sink.append([RECORD, RECORD])).toBeNull();
    expect(lines).toEqual([
      `AUDIT_FAILED: the audit log ${path} was removed; 2 record(s) are LOST and calls go on UNAUDITED`,
    ]);
  });
});
