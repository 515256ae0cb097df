import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

/** What is sent to one's own machine is on no way where somebody could stand. */
const LOCAL = /^[a-z]+:\/\/(?:[^@/]*@)?(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?:[:/?#]|$)/;

export const insecureEndpoint: Rule = {
  meta: {
    name: 'insecure-endpoint',
    category: 'security',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: 'The policy sends alarms or nonces over a connection without encryption.',
    options: {},
  },
  *check({ spec: { server, identity } }) {
    const webhook = server?.fail_open_constraints?.alert_webhook;
    if (webhook?.startsWith('http://') === true && !LOCAL.test(webhook)) {
      yield {
        place: atValue('/spec/server/fail_open_constraints/alert_webhook'),
        message:
          '`alert_webhook` is called without encryption: whoever stands on the way can swallow the alarm',
        help: 'use an address with `https://`',
      };
    }
    const address = identity?.nonce_storage?.address;
    if (address === undefined || LOCAL.test(address)) return;
    const plain = address.startsWith('redis://')
      ? 'use an address with `rediss://`'
      : /[?&]sslmode=(?:disable|allow|prefer)\b/.test(address)
        ? 'use `sslmode=verify-full`'
        : undefined;
    if (plain === undefined) return;
    yield {
      place: atValue('/spec/identity/nonce_storage/address'),
      message:
        'nonces are kept over a connection without encryption: whoever stands on the way can make a token good again',
      help: plain,
    };
  },
};
