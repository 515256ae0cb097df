import { verifyPolicySignature } from '@agentpolicy/spec';
import { atKey, atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const signatureMismatch: Rule = {
  meta: {
    name: 'signature-mismatch',
    category: 'correctness',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'The signature of the policy does not verify with the given public key, or there is none.',
    options: {},
  },
  *check({ document, publicKey }) {
    if (publicKey === undefined) return;
    const verdict = verifyPolicySignature(document.policy, [publicKey]);
    switch (verdict.kind) {
      case 'valid':
        return;
      case 'unsigned':
        yield {
          place: atKey('/metadata'),
          message: 'the policy is not signed',
          help: 'sign it, or lint it without a public key',
        };
        return;
      case 'malformed':
      case 'mismatch':
        yield {
          place: atValue('/metadata/signature'),
          message:
            'the signature does not verify: the policy was changed after it was signed, or signed with another key',
          help: 'look at what changed before you sign it again',
        };
    }
  },
};
