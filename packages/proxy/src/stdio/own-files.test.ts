import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toJsonObject } from '@agentpolicy/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compile, policy } from '../../test/support/compile.ts';
import { listOwnFiles } from './own-files.ts';
import { loadEngine } from './run-proxy.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'aip-own-')));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the forms of a policy', () => {
  it.each([
    ['p.aip.json', ['p.aip.json', 'p.yaml', 'p.yml', 'p.json']],
    ['p.yaml', ['p.yaml', 'p.aip.json']],
    ['p.yml', ['p.yml', 'p.aip.json']],
    ['p.json', ['p.json', 'p.aip.json']],
    ['policy', ['policy']],
  ])('%s', (name, expected) => {
    expect(listOwnFiles({ policyFiles: [join('/srv', name)] })).toEqual(
      expected.map((each) => join('/srv', each)),
    );
  });

  it.skipIf(process.platform === 'win32')('by the name of the link and by the real one', () => {
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real/base.aip.json'), '{}');
    symlinkSync(join(folder, 'real/base.aip.json'), join(folder, 'link.aip.json'));
    const own = listOwnFiles({ policyFiles: [join(folder, 'link.aip.json')] });
    for (const name of ['link.aip.json', 'link.yaml', 'real/base.aip.json', 'real/base.yml'])
      expect(own).toContain(join(folder, name));
  });
});

describe('the files that a log is rotated to', () => {
  it('are protected before they exist', () => {
    const own = listOwnFiles({ policyFiles: [], auditPath: '/srv/none/audit.jsonl' });
    for (const name of ['audit.jsonl', 'audit.jsonl.lock', 'audit.jsonl.1', 'audit.jsonl.999'])
      expect(own).toContain(join('/srv/none', name));
    expect(own).not.toContain('/srv/none/audit.jsonl.1000');
  });

  it('go on from the newest that is there', () => {
    const auditPath = join(folder, 'audit.jsonl');
    writeFileSync(`${auditPath}.1500`, '');
    const own = listOwnFiles({ policyFiles: [], auditPath });
    for (const number of [1, 1500, 1501]) expect(own).toContain(`${auditPath}.${number}`);
  });

  it.each(['audit.jsonl.1', 'audit.jsonl.37', 'p.yaml', 'p.json'])('refuse a call with %s', (name) => {
    const engine = loadEngine({
      table: compile(policy('allowed_tools: [write]')),
      policyFiles: [join(folder, 'p.aip.json')],
      auditPath: join(folder, 'audit.jsonl'),
      home: '/home/user',
      cwd: folder,
      foldCase: false,
      clock: () => 0,
    });
    const decide = (path: string) => engine.decideToolCall({ name: 'write', args: toJsonObject({ path }) });
    expect(decide(join(folder, name))).toMatchObject({
      decision: 'BLOCK',
      reason: { kind: 'protected-path' },
    });
    expect(decide(join(folder, 'other.jsonl.1'))).toMatchObject({ decision: 'ALLOW' });
  });
});
