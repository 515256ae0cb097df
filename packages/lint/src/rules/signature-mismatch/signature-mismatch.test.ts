import { generateKeyPairSync, sign } from 'node:crypto';
import { canonicalizePolicy } from '@agentpolicy/spec';
import { describe, expect, it } from 'vitest';
import { completePolicy, describeFindings, parseValid } from '../../../test/lint-text.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

function policy(signature: string, tool: string): string {
  return `metadata:\n  name: a\n${signature}spec:\n  allowed_tools: [${tool}]\n`;
}

const bytes = Buffer.from(canonicalizePolicy(parseValid(completePolicy(policy('', 'b'))).policy));
const signed = `  signature: ed25519:${sign(null, bytes, privateKey).toString('base64')}\n`;

describe('signature-mismatch', () => {
  it('verifies the policy without its signature', () => {
    expect(describeFindings('signature-mismatch', policy(signed, 'b'), { publicKey: pem })).toEqual([]);
  });

  it('reports a policy that was changed, or signed with another key', () => {
    expect(describeFindings('signature-mismatch', policy(signed, 'c'), { publicKey: pem })).toHaveLength(1);
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(describeFindings('signature-mismatch', policy(signed, 'b'), { publicKey: other })).toHaveLength(1);
  });

  it('reports a policy that is not signed, also in the version that knows no signatures', () => {
    expect(describeFindings('signature-mismatch', policy('', 'b'), { publicKey: pem })).toEqual([
      '«metadata» the policy is not signed',
    ]);
    const old = `apiVersion: aip.io/v1alpha1\n${policy('', 'b')}`;
    expect(describeFindings('signature-mismatch', old, { publicKey: pem })).toHaveLength(1);
  });

  it('is silent without a key', () => {
    expect(describeFindings('signature-mismatch', policy(signed, 'c'))).toEqual([]);
  });
});
