import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compilePolicy } from '@agentpolicy/compiler';
import { serializeTable } from '@agentpolicy/core';
import { parsePolicy, signTableFile } from '@agentpolicy/spec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandContext, createContext } from '../context.ts';
import { loadPolicy } from './load-table.ts';
import { readPolicyFile } from './read-text.ts';
import { signaturePathOf } from './trusted-key.ts';
import { watchPolicy } from './watch-policy.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const KEYS = [{ file: 'owner.pub.pem', key: createPublicKey(privateKey) }];

let folder: string;
let context: CommandContext;
const file = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-watch-'));
  context = { ...createContext('never'), cwd: folder, warn: () => undefined };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const policyText = (tool: string): string =>
  `apiVersion: aip.io/v1alpha2\nkind: AgentPolicy\nmetadata:\n  name: test\nspec:\n  allowed_tools: [${tool}]\n`;

function tableOf(tool: string): Buffer {
  const parsed = parsePolicy(policyText(tool), 'agent.yaml');
  const compiled = parsed.ok ? compilePolicy(parsed.document) : parsed;
  if (!compiled.ok) throw new Error('the policy of this test is not valid');
  return Buffer.from(serializeTable(compiled.table));
}

/** Not there on Windows. */
const PIPE_MAKER = 'mkfifo';
const makePipe = (path: string): unknown => execFileSync(PIPE_MAKER, [path]);

describe('a policy that is watched', () => {
  it('is loaded again when the signature beside its table comes after it', async () => {
    const next = tableOf('write');
    writeFileSync(file('agent.aip.json'), tableOf('read'));
    writeFileSync(file('agent.aip.json.sig'), signTableFile(tableOf('read'), privateKey));
    const updates = watchPolicy(context, 'agent.aip.json', KEYS)[Symbol.asyncIterator]();
    writeFileSync(file('agent.aip.json'), next);
    expect((await updates.next()).value).toMatchObject({ ok: false });
    writeFileSync(file('agent.aip.json.sig'), signTableFile(next, privateKey));
    expect((await updates.next()).value).toMatchObject({ ok: true });
    rmSync(file('agent.aip.json.sig'));
    const gone = await updates.next();
    expect(gone.value).toMatchObject({ ok: false, message: expect.stringContaining('it is not signed') });
    await updates.return?.();
  });

  it.skipIf(process.platform === 'win32')(
    'is not waited for where a named pipe takes its place',
    async () => {
      writeFileSync(file('agent.yaml'), policyText('read'));
      const updates = watchPolicy(context, 'agent.yaml', [])[Symbol.asyncIterator]();
      rmSync(file('agent.yaml'));
      makePipe(file('agent.yaml'));
      const update = await updates.next();
      expect(update.value).toEqual({
        ok: false,
        message: "can't read `agent.yaml`: it is no file, but a pipe or a device",
      });
      await updates.return?.();
    },
  );
});

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  it('is no signature', async () => {
    writeFileSync(file('agent.aip.json'), tableOf('read'));
    makePipe(signaturePathOf(file('agent.aip.json')));
    await expect(loadPolicy(context, 'agent.aip.json', KEYS)).rejects.toThrow('it is no file, but a pipe');
  });

  it('is no policy for the proxy', async () => {
    makePipe(file('agent.yaml'));
    await expect(loadPolicy(context, 'agent.yaml', [], readPolicyFile)).rejects.toThrow('it is no file');
  });
});

describe('the policy file of a proxy', () => {
  it.each([
    ['a folder', '.', 'it is a folder'],
    ['nothing', 'absent.yaml', 'there is no such file'],
  ])('%s is refused', (_, path, why) => {
    expect(() => readPolicyFile(context, path)).toThrow(why);
  });

  it('is read whole, and refused where it is longer than any policy', () => {
    const bytes = Buffer.alloc(200_000, 'ä');
    writeFileSync(file('agent.yaml'), bytes);
    expect(readPolicyFile(context, 'agent.yaml').equals(bytes)).toBe(true);
    writeFileSync(file('agent.yaml'), Buffer.alloc(64 * 1024 * 1024 + 1));
    expect(() => readPolicyFile(context, 'agent.yaml')).toThrow('more than 67108864 bytes');
  });
});
