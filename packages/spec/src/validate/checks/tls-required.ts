import type { Findings } from '../../source/findings.ts';
import { quoteText } from '../../source/quote-text.ts';
import { parseListenAddress } from '../../values/parse-listen-address.ts';
import type { PolicyView } from '../policy-view.ts';

/** A server that others can reach must have a certificate and its key (v1alpha2 §3.8.2, §3.8.5). */
export function checkTlsRequired(view: PolicyView, findings: Findings): void {
  if (!view.isTrue('spec', 'server', 'enabled')) return;
  const listen = view.string('spec', 'server', 'listen');
  if (listen === undefined) return;
  const address = parseListenAddress(listen);
  if (!address.ok || address.value.loopback) return;
  const missing = ['cert', 'key'].filter((name) => view.node('spec', 'server', 'tls', name) === undefined);
  if (missing.length === 0) return;
  findings.add({
    code: 'tls-required',
    message: `the server listens on ${quoteText(listen)} without ${missing.map((name) => `\`tls.${name}\``).join(' and ')}`,
    help: 'add `tls` with `cert` and `key`, or listen on `127.0.0.1` only',
    pointer: '/spec/server/listen',
    span: view.span('/spec/server/listen', 'value'),
  });
}
