import { spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIP, aip, ROOT, runToEnd } from './aip.ts';

const RECORDER = join(ROOT, 'fixtures/servers/recorder-server.mjs');
const POLICY = `# who may read
apiVersion: aip.io/v1alpha2
kind: AgentPolicy
metadata:
  name: 'test'   # quoted on purpose
spec:
  allowed_tools: [read]
`;
const CALL = (id: number, name: string): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}"}}\n`;

let folder: string;
const file = (name: string): string => join(folder, name);
const run = (...args: readonly string[]) => aip(args, { cwd: folder });
const proxy = (flags: readonly string[], input = CALL(1, 'read')) =>
  aip(['proxy', ...flags, '--', 'node', RECORDER, file('received'), 'read', 'write_file'], {
    cwd: folder,
    input,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aip-sign-'));
  writeFileSync(file('agent.yaml'), POLICY);
  expect((await run('keygen', 'owner')).status).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('aip keygen', () => {
  it('keeps the private key to its owner and writes over nothing', async () => {
    expect(statSync(file('owner.key.pem')).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
    const before = readFileSync(file('owner.key.pem'), 'utf8');
    const again = await run('keygen', 'owner');
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('`owner.key.pem` exists');
    expect(readFileSync(file('owner.key.pem'), 'utf8')).toBe(before);
    expect(again.stdout + again.stderr).not.toContain('PRIVATE KEY');
  });
});

it.each([[''], ['keys/'], ['a\nb'], ['a\u001b[31m']])('aip keygen takes no name %j', async (name) => {
  const { status, stderr } = await run('keygen', name);
  expect(status).toBe(2);
  expect(stderr).toContain('the name of a pair of keys');
});

describe('aip sign and aip verify', () => {
  it('a policy: one line is added, and any change is found', async () => {
    expect((await run('verify', 'agent.yaml', '--public-key', 'owner.pub.pem')).status).toBe(1);
    expect((await run('sign', 'agent.yaml', '--key', 'owner.key.pem')).status).toBe(0);
    const signed = readFileSync(file('agent.yaml'), 'utf8');
    expect(signed.replace(/ {2}signature: .*\n/, '')).toBe(POLICY);
    const good = await run('verify', 'agent.yaml', '--public-key', 'owner.pub.pem');
    expect(good.status).toBe(0);
    expect(good.stdout).toMatch(/^agent\.yaml: signed by the key [0-9a-f]{16}\n$/);
    writeFileSync(file('agent.yaml'), signed.replace('[read]', '[read, rm]'));
    const bad = await run('verify', 'agent.yaml', '--public-key', 'owner.pub.pem', '--format', 'json');
    expect(bad.status).toBe(1);
    expect(JSON.parse(bad.stdout).results).toMatchObject([{ verdict: 'mismatch', keyId: null }]);
  });

  it('any of several keys will do, another one alone will not', async () => {
    await run('keygen', 'other');
    await run('sign', 'agent.yaml', '--key', 'owner.key.pem');
    const both = ['--public-key', 'other.pub.pem', '--public-key', 'owner.pub.pem'];
    expect((await run('verify', 'agent.yaml', ...both)).status).toBe(0);
    expect((await run('verify', 'agent.yaml', '--public-key', 'other.pub.pem')).status).toBe(1);
  });

  it('a table: the signature stands beside it and covers every byte', async () => {
    await run('compile', 'agent.yaml', '-o', 'agent.aip.json');
    expect((await run('sign', 'agent.aip.json', '--key', 'owner.key.pem')).status).toBe(0);
    expect((await run('verify', 'agent.aip.json', '--public-key', 'owner.pub.pem')).status).toBe(0);
    writeFileSync(file('agent.aip.json'), `${readFileSync(file('agent.aip.json'), 'utf8')}\n`);
    expect((await run('verify', 'agent.aip.json', '--public-key', 'owner.pub.pem')).status).toBe(1);
  });

  it('writes over nothing but what it has signed', async () => {
    const sign = (subject: string, output: string) =>
      run('sign', subject, '--key', 'owner.key.pem', '-o', output);
    writeFileSync(file('notes.txt'), 'mine');
    writeFileSync(file('other.yaml'), POLICY.replace("'test'", 'other'));
    await run('compile', 'agent.yaml', '-o', 'agent.aip.json');
    const before = (name: string): string => readFileSync(file(name), 'utf8');
    for (const [subject, output] of [
      ['agent.yaml', 'notes.txt'],
      ['agent.yaml', 'owner.key.pem'],
      ['agent.yaml', 'other.yaml'],
      ['agent.yaml', 'agent.aip.json'],
      ['agent.aip.json', 'agent.aip.json'],
      ['agent.aip.json', 'notes.txt'],
    ] as const) {
      const text = before(output);
      const refused = await sign(subject, output);
      expect([output, refused.status, before(output)]).toEqual([output, 2, text]);
      expect(refused.stderr).toContain(`\`${output}\` exists`);
    }
    const folderAsOutput = await sign('agent.yaml', '.');
    expect(folderAsOutput).toMatchObject({ status: 2, stderr: expect.stringContaining('it is a folder') });
    for (const [subject, output] of [
      ['agent.yaml', 'signed.yaml'],
      ['agent.aip.json', 'table.sig'],
    ] as const) {
      expect((await sign(subject, output)).status).toBe(0);
      const once = before(output);
      expect((await sign(subject, output)).status).toBe(0);
      expect(before(output)).toBe(once);
    }
  });

  it.skipIf(process.platform === 'win32')('keeps a link and the mode of what it leads to', async () => {
    chmodSync(file('agent.yaml'), 0o664);
    symlinkSync(file('agent.yaml'), file('link.yaml'));
    expect((await run('sign', 'link.yaml', '--key', 'owner.key.pem')).status).toBe(0);
    expect(lstatSync(file('link.yaml')).isSymbolicLink()).toBe(true);
    expect(statSync(file('agent.yaml')).mode & 0o777).toBe(0o664);
    expect((await run('verify', 'agent.yaml', '--public-key', 'owner.pub.pem')).status).toBe(0);
    expect(readdirSync(folder).filter((name) => name.includes('aip-new'))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('signs what comes from a pipe to where it is told to', async () => {
    const fromPipe = (...flags: readonly string[]) =>
      runToEnd('bash', ['-c', '"$@" <(cat agent.yaml)', 'bash', process.execPath, AIP, 'sign', ...flags], {
        cwd: folder,
      });
    const key = ['--key', 'owner.key.pem'];
    expect(await fromPipe(...key)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('it is no file, but a pipe or a device\n'),
    });
    expect((await fromPipe(...key, '-o', 'signed.yaml')).status).toBe(0);
    expect((await run('verify', 'signed.yaml', '--public-key', 'owner.pub.pem')).status).toBe(0);
  });

  it('from standard input to standard output', async () => {
    const signed = await aip(['sign', '-', '--key', file('owner.key.pem')], { input: POLICY });
    expect(signed.status).toBe(0);
    const verified = await aip(['verify', '-', '--public-key', file('owner.pub.pem')], {
      input: signed.stdout,
    });
    expect(verified.stdout).toMatch(/^standard input: signed by the key|^-: signed by the key/);
    expect(verified.status).toBe(0);
  });

  it('a policy and its table have one hash', async () => {
    await run('compile', 'agent.yaml', '-o', 'agent.aip.json');
    const { stdout, status } = await run('hash', 'agent.yaml', 'agent.aip.json');
    expect(status).toBe(0);
    const hashes = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, 64));
    expect(hashes).toHaveLength(2);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(hashes[0]).toBe(hashes[1]);
  });

  it.each([
    ['sign without a key', ['sign', 'agent.yaml'], /--key/],
    ['sign with a public key', ['sign', 'agent.yaml', '--key', 'owner.pub.pem'], /private key in PEM/],
    ['verify with a private key', ['verify', 'agent.yaml', '--public-key', 'owner.key.pem'], /private key/],
    ['verify without a key', ['verify', 'agent.yaml'], /--public-key/],
    ['hash of nothing', ['hash'], /files/],
    ['hash of a file that is not there', ['hash', 'absent.yaml'], /no such file/],
    ['sign what is no policy', ['sign', 'owner.pub.pem', '--key', 'owner.key.pem'], /no policy/],
  ])('%s is refused', async (_, args, why) => {
    const { status, stderr } = await run(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(why);
    expect(stderr).not.toMatch(/\n +at /);
  });

  it('says that v1alpha1 has no signatures', async () => {
    writeFileSync(file('old.yaml'), POLICY.replace('v1alpha2', 'v1alpha1'));
    const { status, stderr } = await run('sign', 'old.yaml', '--key', 'owner.key.pem');
    expect(status).toBe(2);
    expect(stderr).toContain('apiVersion: aip.io/v1alpha2');
  });
});

describe('aip proxy', () => {
  const KEY = ['--public-key', 'owner.pub.pem'];

  it('enforces what is signed', async () => {
    await run('sign', 'agent.yaml', '--key', 'owner.key.pem');
    const { stdout } = await proxy(['--policy', 'agent.yaml', ...KEY], CALL(1, 'read') + CALL(2, 'rm'));
    const answers = new Map(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map((answer) => [answer.id, answer]),
    );
    expect(answers.get(1).result).toEqual({ reached: true });
    expect(answers.get(2).error.code).toBe(-32001);
  });

  it('refuses to start with what is not, or is changed, with the code of the specification', async () => {
    const unsigned = await proxy(['--policy', 'agent.yaml', ...KEY]);
    expect(unsigned.status).toBe(2);
    expect(unsigned.stderr).toContain('Policy signature invalid (-32010): it is not signed');
    await run('sign', 'agent.yaml', '--key', 'owner.key.pem');
    writeFileSync(file('agent.yaml'), readFileSync(file('agent.yaml'), 'utf8').replace('[read]', '[rm]'));
    const changed = await proxy(['--policy', 'agent.yaml', ...KEY]);
    expect(changed.status).toBe(2);
    expect(changed.stderr).toContain('(-32010): the signature does not verify');
    expect(changed.stdout).toBe('');
  });

  it('verifies a table with the signature beside it', async () => {
    await run('sign', 'agent.yaml', '--key', 'owner.key.pem');
    await run('compile', 'agent.yaml', '-o', 'agent.aip.json');
    const unsigned = await proxy(['--policy', 'agent.aip.json', ...KEY]);
    expect(unsigned.stderr).toContain('(-32010): it is not signed');
    await run('sign', 'agent.aip.json', '--key', 'owner.key.pem');
    const signed = await proxy(['--policy', 'agent.aip.json', ...KEY]);
    expect(JSON.parse(signed.stdout).result).toEqual({ reached: true });
  });

  it('does not take a signed policy on trust', async () => {
    await run('sign', 'agent.yaml', '--key', 'owner.key.pem');
    const { status, stderr } = await proxy(['--policy', 'agent.yaml']);
    expect(status).toBe(2);
    expect(stderr).toContain('give --public-key');
  });

  it('--require-signature needs a key', async () => {
    const { status, stderr } = await proxy(['--policy', 'agent.yaml', '--require-signature']);
    expect(status).toBe(2);
    expect(stderr).toContain('give --public-key FILE');
  });

  it('lets no tool call touch the keys or the signature', async () => {
    await run('sign', 'agent.yaml', '--key', 'owner.key.pem');
    const touch = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'read', arguments: { path: file('owner.pub.pem') } },
    });
    const { stdout } = await proxy(['--policy', 'agent.yaml', ...KEY], `${touch}\n`);
    expect(JSON.parse(stdout).error.code).toBe(-32007);
  });

  it.skipIf(process.platform === 'win32')(
    'waits for no pipe in place of a policy or a signature',
    async () => {
      await run('compile', 'agent.yaml', '-o', 'agent.aip.json');
      for (const pipe of ['agent.aip.json.sig', 'pipe.yaml'])
        expect((await runToEnd('mkfifo', [file(pipe)])).status).toBe(0);
      for (const policy of ['agent.aip.json', 'pipe.yaml']) {
        const { status, stderr } = await proxy(['--policy', policy, ...KEY]);
        expect([policy, status]).toEqual([policy, 2]);
        expect(stderr).toContain('it is no file, but a pipe or a device');
      }
      const verified = await run('verify', 'agent.aip.json', '--public-key', 'owner.pub.pem');
      expect(verified.status).toBe(2);
    },
  );

  it('keeps the policy before where the new one is not signed', async () => {
    await run('sign', 'agent.yaml', '--key', 'owner.key.pem');
    const args = ['proxy', '--policy', 'agent.yaml', ...KEY, '--', 'node', RECORDER, file('received')];
    const child = spawn(process.execPath, [AIP, ...args], { cwd: folder });
    let log = '';
    const logged = (text: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!log.includes(text)) return;
          child.stderr.off('data', look);
          resolve();
        };
        child.stderr.on('data', look);
        look();
      });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    await logged('Started subprocess');
    writeFileSync(file('agent.yaml'), POLICY.replace('[read]', '[read, rm]'));
    await logged('RELOAD_REFUSED');
    const answer = new Promise<string>((resolve) =>
      child.stdout.once('data', (chunk) => resolve(String(chunk))),
    );
    child.stdin.write(CALL(1, 'rm'));
    expect(JSON.parse(await answer).error.code).toBe(-32001);
    child.stdin.end();
    await new Promise((resolve) => child.once('close', resolve));
    expect(log).toContain('-32010');
  });
});
