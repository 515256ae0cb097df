import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAudit } from '../../src/audit/open-audit.ts';
import { verifyAuditLog } from '../../src/audit/read/verify-audit-log.ts';
import type { AuditRecord } from '../../src/audit/record.ts';

let folder: string;
let path: string;
const CONTEXT = { mode: 'enforce', policyHash: '00ff', now: () => new Date(0) } as const;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-verify-'));
  path = join(folder, 'audit.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function record(count: number): AuditRecord {
  return { kind: 'dlp', direction: 'downstream', rule: 'key', action: 'REDACTED', count };
}

/** A log of `AUDIT_SESSION`, so many records, and `AUDIT_CLOSED`: line N holds record N - 1. */
function writeLog(records: number, settings: Parameters<typeof openAudit>[1] = {}): void {
  const sink = openAudit(path, { fsync: 'never', ...settings }, CONTEXT, () => undefined);
  for (let count = 1; count <= records; count++) sink.append([record(count)]);
  sink.close();
}

function readLines(): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

function change(edit: (lines: string[]) => readonly string[]): void {
  writeFileSync(path, `${edit(readLines()).join('\n')}\n`);
}

function findings(options: Partial<Parameters<typeof verifyAuditLog>[0]> = {}): readonly string[] {
  return verifyAuditLog({ path, ...options }).findings.map(
    ({ kind, place, message }) => `${kind} ${place === null ? '-' : place.line}: ${message}`,
  );
}

function swap(lines: string[], a: number, b: number): string[] {
  const copy = [...lines];
  [copy[a], copy[b]] = [copy[b] ?? '', copy[a] ?? ''];
  return copy;
}

describe('aip audit verify finds', () => {
  it.each<[string, (lines: string[]) => readonly string[], readonly RegExp[]]>([
    ['nothing in a log as it was written', (lines) => lines, []],
    [
      'a record that was changed',
      (lines) => lines.map((line) => line.replace('"dlp_match_count":4', '"dlp_match_count":5')),
      [/^changed 5: record 4 is not the one that .*:6 follows/],
    ],
    ['one that was dropped', (lines) => lines.toSpliced(4, 1), [/^missing 5: record 4 is missing/]],
    ['several', (lines) => lines.toSpliced(4, 3), [/^missing 5: records 4 to 6 are missing/]],
    [
      'two that were exchanged',
      (lines) => swap(lines, 4, 5),
      [/^reordered 6: record 4 stands behind record 5/],
    ],
    [
      'one that was moved far back',
      (lines) => [...lines.toSpliced(2, 1), lines[2] ?? ''],
      [/^reordered 12: record 2 stands behind record 11/],
    ],
    [
      'one that stands there twice',
      (lines) => lines.toSpliced(4, 0, lines[3] ?? ''),
      [/^repeated 5: record 3 stands here/],
    ],
    ['text of another origin', (lines) => lines.toSpliced(4, 0, 'hello'), [/^unreadable 5: /]],
    ['a record that became unreadable', (lines) => lines.with(4, '{"timestamp":"'), [/^unreadable 5: /]],
    ['a beginning that was cut off', (lines) => lines.slice(3), [/^missing 1: the records before number 3/]],
    [
      'a second key of one name, which a reader could take for the first',
      (lines) => lines.with(4, (lines[4] ?? '').replace('{', '{"seq":99,')),
      [/^changed 5: /],
    ],
  ])('%s', (_, edit, expected) => {
    writeLog(10);
    change(edit);
    const found = findings();
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
  });

  it('a cut tail and a rebuilt chain, by the head of an earlier time', () => {
    writeLog(5);
    const { head } = verifyAuditLog({ path });
    expect(findings({ expectHead: head.hash })).toEqual([]);
    writeLog(5);
    expect(findings({ expectHead: head.hash })).toEqual([]);
    change((lines) => lines.slice(0, 6));
    expect(findings()).toEqual([]);
    expect(findings({ expectHead: head.hash })).toEqual([
      `head -: no record has the expected hash ${head.hash}: the end was cut off, or the chain was rebuilt`,
    ]);
  });

  it('nothing where the head is no hash but says so', () => {
    writeLog(1);
    expect(() => findings({ expectHead: 'abc' })).toThrow('64 hexadecimal digits');
  });

  it('whatever change of one byte, given the head', () => {
    writeLog(4);
    const { head } = verifyAuditLog({ path });
    const bytes = readFileSync(path);
    fc.assert(
      fc.property(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        writeFileSync(path, changed);
        expect(findings({ expectHead: head.hash })).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('whatever is left out, doubled or exchanged between the first and the last record', () => {
    writeLog(12);
    const lines = readLines();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('drop', 'double', 'swap'),
        (a, b, how) => {
          fc.pre(how !== 'swap' || a !== b);
          const line = lines[a] ?? '';
          const edited =
            how === 'drop'
              ? lines.toSpliced(a, 1)
              : how === 'double'
                ? lines.toSpliced(b, 0, line)
                : swap(lines, a, b);
          writeFileSync(path, `${edited.join('\n')}\n`);
          expect(findings()).not.toEqual([]);
        },
      ),
    );
  });
});

describe('signed checkpoints', () => {
  let keyPath: string;
  let publicPath: string;
  let checkpointPath: string;

  beforeEach(() => {
    keyPath = join(folder, 'audit.key');
    publicPath = join(folder, 'audit.pub');
    checkpointPath = join(folder, 'checkpoints.jsonl');
    const pair = generateKeyPairSync('ed25519');
    writeFileSync(keyPath, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(publicPath, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  });

  function writeKey(to: string, type: 'ed25519' | 'x25519' = 'ed25519'): void {
    const pair = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
    writeFileSync(to, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }

  const settings = () => ({ keyPath, checkpointPath, checkpointEvery: 4 });

  it('are written every so many records and at the end', () => {
    writeLog(10, settings());
    const events = readLines().flatMap((line, index) => (line.includes('AUDIT_CHECKPOINT') ? [index] : []));
    // Behind the session's first record and three more; behind four more; at the end.
    expect(events).toEqual([4, 9, 14]);
    expect(readFileSync(checkpointPath, 'utf8').split('\n')).toHaveLength(events.length + 1);
    const report = verifyAuditLog({ path, keyPath: publicPath, checkpointPath });
    expect(report).toMatchObject({ findings: [], notes: [], checkpointed: 13 });
  });

  it('tell a cut tail', () => {
    writeLog(10, settings());
    change((lines) => lines.slice(0, 12));
    expect(findings({ keyPath: publicPath })).toEqual([]);
    expect(findings({ keyPath: publicPath, checkpointPath })).toEqual([
      expect.stringMatching(/^head -: the checkpoint of .* speaks of record 13, and the log ends with 11/),
    ]);
  });

  it('tell a rebuilt chain, with another key or none', () => {
    writeLog(10, settings());
    const kept = readFileSync(checkpointPath);
    const otherKey = join(folder, 'other.key');
    writeKey(otherKey);
    for (const forged of [{ keyPath: otherKey, checkpointEvery: 4 }, {}]) {
      rmSync(path);
      writeLog(10, forged);
      expect(findings()).toEqual([]);
      expect(findings({ keyPath: publicPath })).toContainEqual(
        expect.stringMatching(/^signature .*by the given key/),
      );
      writeFileSync(checkpointPath, kept);
      expect(findings({ keyPath: publicPath, checkpointPath })).toContainEqual(
        expect.stringMatching(/^head .*the chain was rebuilt/),
      );
    }
  });

  it('say how far they reach', () => {
    writeLog(2, settings());
    writeLog(2);
    expect(verifyAuditLog({ path, keyPath: publicPath, checkpointPath })).toMatchObject({
      findings: [],
      notes: ['4 records behind the last checkpoint are covered by no signature'],
    });
  });

  it.skipIf(process.platform === 'win32')('need a key that nobody else can read', () => {
    execFileSync('chmod', ['644', keyPath]);
    expect(() => writeLog(1, settings())).toThrow(`the key ${keyPath} can be read by others; run: chmod 600`);
  });

  it('need a key of the right kind', () => {
    writeKey(keyPath, 'x25519');
    expect(() => writeLog(1, settings())).toThrow('is of the kind x25519, not Ed25519');
    writeFileSync(keyPath, 'no key');
    expect(() => writeLog(1, settings())).toThrow('holds no key in PEM form');
    expect(() => findings({ checkpointPath })).toThrow('only with the key that signed them');
  });
});
