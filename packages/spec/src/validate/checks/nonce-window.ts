import type { Findings } from '../../source/findings.ts';
import { quoteText } from '../../source/quote-text.ts';
import { parseDuration } from '../../values/parse-duration.ts';
import type { PolicyView } from '../policy-view.ts';

const DEFAULT_TOKEN_TTL = '5m';

/** Nonces must be remembered for as long as a token lives (v1alpha2 §3.7.6). */
export function checkNonceWindow(view: PolicyView, findings: Findings): void {
  const window = view.string('spec', 'identity', 'nonce_window');
  const ttl =
    view.node('spec', 'identity', 'token_ttl') === undefined
      ? DEFAULT_TOKEN_TTL
      : view.string('spec', 'identity', 'token_ttl');
  if (window === undefined || ttl === undefined) return;
  const windowMs = parseDuration(window);
  const ttlMs = parseDuration(ttl);
  if (!windowMs.ok || !ttlMs.ok || windowMs.value >= ttlMs.value) return;
  const pointer = '/spec/identity/nonce_window';
  findings.add({
    code: 'nonce-window-below-ttl',
    message: `\`nonce_window\` is ${quoteText(window)}, below the \`token_ttl\` of ${quoteText(ttl)}`,
    help: 'remember nonces for at least as long as tokens live, or they can be replayed',
    pointer,
    span: view.span(pointer, 'value'),
  });
}
