import type { Findings } from '../../source/findings.ts';
import { quoteText } from '../../source/quote-text.ts';
import { parseDuration } from '../../values/parse-duration.ts';
import type { PolicyView } from '../policy-view.ts';

const DEFAULT_TOKEN_TTL = '5m';

/**
 * A rotation interval must be below the tokens' life, or `0s` (v1alpha2 §3.7.3). One that is not written is not
 * compared: the default of four minutes with a shorter life only means that tokens expire before they are rotated.
 */
export function checkRotationBelowTtl(view: PolicyView, findings: Findings): void {
  const interval = view.string('spec', 'identity', 'rotation_interval');
  const ttl =
    view.node('spec', 'identity', 'token_ttl') === undefined
      ? DEFAULT_TOKEN_TTL
      : view.string('spec', 'identity', 'token_ttl');
  if (interval === undefined || ttl === undefined) return;
  const intervalMs = parseDuration(interval);
  const ttlMs = parseDuration(ttl);
  if (!intervalMs.ok || !ttlMs.ok || intervalMs.value === 0 || intervalMs.value < ttlMs.value) return;
  const pointer = '/spec/identity/rotation_interval';
  findings.add({
    code: 'rotation-not-below-ttl',
    message: `\`rotation_interval\` is ${quoteText(interval)}, not below the \`token_ttl\` of ${quoteText(ttl)}`,
    help: 'rotate before tokens expire, or write `0s` to rotate never',
    pointer,
    span: view.span(pointer, 'value'),
  });
}
