import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../document/parse-policy.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { identifyKey, readSigningKey, readVerifyingKey } from './keys.ts';
import { placeSignature } from './place-signature.ts';
import { signPolicy, signTableFile, verifyPolicySignature, verifyTableSignature } from './signature.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');

function parse(text: string): PolicyDocument {
  const parsed = parsePolicy(text, 'policy.yaml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('; '));
  return parsed.document;
}

function signText(text: string): string | undefined {
  const document = parse(text);
  return placeSignature(document, signPolicy(document.policy, privateKey));
}

function verdictOf(text: string, keys: readonly KeyObject[] = [publicKey]): string {
  return verifyPolicySignature(parse(text).policy, keys).kind;
}

const HEAD = 'apiVersion: aip.io/v1alpha2\nkind: AgentPolicy\n';
const SPEC = 'spec:\n  allowed_tools: [read_file] # why\n';

describe('placeSignature', () => {
  it.each([
    ['a block mapping', `${HEAD}metadata:\n  name: a\n${SPEC}`],
    ['a comment behind the last member', `${HEAD}metadata:\n  name: a # the name\n${SPEC}`],
    ['metadata at the end, without a line break', `${HEAD}${SPEC}metadata:\n  name: a`],
    ['lines that end in CR LF', `${HEAD}metadata:\n  name: a\n${SPEC}`.replaceAll('\n', '\r\n')],
    ['a last member over several lines', `${HEAD}metadata:\n  name: a\n  owner: >-\n    b\n    c\n${SPEC}`],
    ['a flow mapping', `${HEAD}metadata: {name: a, owner: b}\n${SPEC}`],
    ['a flow mapping over lines', `${HEAD}metadata: {\n    name: a,\n    owner: "b"\n  }\n${SPEC}`],
    [
      'JSON',
      '{"apiVersion":"aip.io/v1alpha2","kind":"AgentPolicy","metadata":{"name":"a"},"spec":{"allowed_tools":["b"]}}',
    ],
    [
      'JSON over lines',
      '{\n  "apiVersion": "aip.io/v1alpha2",\n  "kind": "AgentPolicy",\n  "metadata": {\n    "name": "a"\n  },\n  "spec": {}\n}\n',
    ],
  ])('signs %s, and nothing else changes', (_, text) => {
    const signed = signText(text) ?? '';
    expect(verdictOf(signed)).toBe('valid');
    expect(parse(signed).hash).toBe(parse(text).hash);
    expect(parse(signed).comments.map((comment) => comment.text)).toEqual(
      parse(text).comments.map((comment) => comment.text),
    );
    const again = signText(signed);
    expect(again, 'Ed25519 is deterministic: signing again changes nothing').toBe(signed);
  });

  it('puts a new signature in the place of an old one', () => {
    const signed = signText(`${HEAD}metadata:\n  name: a\n${SPEC}`) ?? '';
    const changed = signed.replace('read_file', 'write_file');
    expect(verdictOf(changed)).toBe('mismatch');
    const again = signText(changed) ?? '';
    expect(verdictOf(again)).toBe('valid');
    expect(again.split('\n').length).toBe(signed.split('\n').length);
  });

  it('finds no place where every member is a text over several lines', () => {
    expect(signText(`${HEAD}metadata:\n  name: >-\n    a\n${SPEC}`)).toBeUndefined();
  });
});

describe('verifyPolicySignature', () => {
  const signed = signText(`${HEAD}metadata:\n  name: a\n${SPEC}`) ?? '';

  it('takes any of several keys, and only those', () => {
    expect(verdictOf(signed, [other.publicKey, publicKey])).toBe('valid');
    expect(verdictOf(signed, [other.publicKey])).toBe('mismatch');
    expect(verdictOf(signed, [])).toBe('mismatch');
  });

  it('does not care for comments, order and quoting', () => {
    expect(verdictOf(`# new\n${signed.replace('name: a', "name: 'a'")}`)).toBe('valid');
  });

  it('tells a policy without signature from one with a wrong one', () => {
    expect(verdictOf(`${HEAD}metadata:\n  name: a\n${SPEC}`)).toBe('unsigned');
  });

  it.each(['name', 'tool', 'signature'] as const)(
    'notices every change of one character of the %s',
    (part) => {
      const policy = parse(signed).policy;
      const signature = 'signature' in policy.metadata ? (policy.metadata.signature ?? '') : '';
      fc.assert(
        fc.property(fc.nat(), fc.constantFrom(...'ABab01+/='), (at, character) => {
          const change = (text: string): string => {
            const index = at % text.length;
            return text.slice(0, index) + character + text.slice(index + 1);
          };
          const metadata = {
            name: part === 'name' ? change('agent-policy') : 'a',
            signature: part === 'signature' ? change(signature) : signature,
          };
          const tool = part === 'tool' ? change('read_file') : 'read_file';
          const changed = { ...policy, metadata, spec: { allowed_tools: [tool] } };
          const same = metadata.name === 'a' && metadata.signature === signature && tool === 'read_file';
          return (verifyPolicySignature(changed, [publicKey]).kind === 'valid') === same;
        }),
        { numRuns: 500 },
      );
    },
  );
});

describe('verifyTableSignature', () => {
  const bytes = Buffer.from('{"kind":"AgentPolicyTable"}\n');
  const signature = signTableFile(bytes, privateKey);

  it('covers every byte', () => {
    expect(verifyTableSignature(bytes, signature, [publicKey]).kind).toBe('valid');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(verifyTableSignature(changed, signature, [publicKey]).kind).toBe('mismatch');
    }
  });

  it.each([
    [undefined, 'unsigned'],
    ['', 'malformed'],
    [signature.replace('ed25519', 'rsa'), 'malformed'],
    [`${signature}\n`, 'malformed'],
    [signature.replace(/.==$/, 'B=='), 'malformed'],
    [signature.slice(0, -2), 'malformed'],
  ])('%#: refuses what is no signature', (text, kind) => {
    expect(verifyTableSignature(bytes, text, [publicKey]).kind).toBe(kind);
  });

  it('is no signature of a policy with the same bytes', () => {
    const policy = parse(`${HEAD}metadata: {name: a}\n${SPEC}`).policy;
    const forTable = signTableFile(Buffer.from('x'), privateKey);
    const changed = { ...policy, metadata: { name: 'a', signature: forTable } };
    expect(verifyPolicySignature(changed, [publicKey]).kind).toBe('mismatch');
  });
});

describe('keys', () => {
  const pem = (key: KeyObject): string =>
    key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });

  it('has one name for both halves', () => {
    expect(identifyKey(privateKey)).toBe(identifyKey(publicKey));
    expect(identifyKey(publicKey)).toMatch(/^[0-9a-f]{16}$/);
    expect(identifyKey(publicKey)).not.toBe(identifyKey(other.publicKey));
  });

  it.each([
    ['no key', 'hello', /can't be read/],
    ['another kind of key', pem(rsa.publicKey), /of the type rsa/],
    ['a private key', pem(privateKey), /private key/],
  ])('verifies with a public key, not with %s', (_, text, why) => {
    const result = readVerifyingKey(text);
    expect(result.ok ? '' : result.problem).toMatch(why);
  });

  it.each([
    ['a public key', pem(publicKey), /can't be read/],
    ['another kind of key', pem(rsa.privateKey), /of the type rsa/],
  ])('signs with a private key, not with %s', (_, text, why) => {
    const result = readSigningKey(text);
    expect(result.ok ? '' : result.problem).toMatch(why);
  });

  it('reads what was written', () => {
    expect(readVerifyingKey(pem(publicKey)).ok).toBe(true);
    expect(readSigningKey(pem(privateKey)).ok).toBe(true);
  });
});
