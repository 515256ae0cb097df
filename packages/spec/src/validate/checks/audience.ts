import type { Findings } from '../../source/findings.ts';
import { quoteText } from '../../source/quote-text.ts';
import type { PolicyView } from '../policy-view.ts';

/** A scheme and something behind it, in the characters of RFC 3986. */
function isUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#[\]@!$&'()+,;=%]+$/.test(text);
}

/** An audience is a URI without wildcards, or the policy's own name (v1alpha2 §3.7.8). */
export function checkAudience(view: PolicyView, findings: Findings): void {
  const audience = view.string('spec', 'identity', 'audience');
  if (audience === undefined || audience === '' || audience === view.string('metadata', 'name')) return;
  const wildcard = audience.includes('*');
  if (!wildcard && isUri(audience)) return;
  const pointer = '/spec/identity/audience';
  findings.add({
    code: 'bad-audience',
    message: wildcard
      ? `the audience ${quoteText(audience)} has a wildcard`
      : `the audience ${quoteText(audience)} is neither a URI nor the policy's name`,
    help: 'name one server, such as `https://mcp.example.com`, or remove the field to use `metadata.name`',
    pointer,
    span: view.span(pointer, 'value'),
  });
}
