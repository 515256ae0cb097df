import type { Findings } from '../../source/findings.ts';
import type { PolicyView } from '../policy-view.ts';

/** A shared secret can't sign tokens that others verify (v1alpha2 §5.8.2). */
export function checkSymmetricKey(view: PolicyView, findings: Findings): void {
  if (!view.isTrue('spec', 'server', 'enabled')) return;
  if (view.string('spec', 'identity', 'keys', 'signing_algorithm') !== 'HS256') return;
  const pointer = '/spec/identity/keys/signing_algorithm';
  findings.add({
    code: 'symmetric-key-in-server-mode',
    message: '`signing_algorithm` is `HS256` while `server.enabled` is true',
    help: 'write `ES256`: whoever can verify an `HS256` token can forge one',
    pointer,
    span: view.span(pointer, 'value'),
  });
}
