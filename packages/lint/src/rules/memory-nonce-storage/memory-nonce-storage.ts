import { atKey, atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const memoryNonceStorage: Rule = {
  meta: {
    name: 'memory-nonce-storage',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A validation server keeps used tokens in its own memory: another instance accepts them again.',
    options: {},
  },
  *check({ spec: { identity, server } }) {
    if (server?.enabled !== true || identity?.enabled !== true) return;
    const storage = identity.nonce_storage;
    // Without the field, a server on this machine alone is the usual case and memory is right.
    if (storage === undefined && isLocal(server.listen)) return;
    if ((storage?.type ?? 'memory') !== 'memory') return;
    yield {
      place:
        storage?.type === undefined ? atKey('/spec/identity') : atValue('/spec/identity/nonce_storage/type'),
      message:
        'used tokens are kept in memory: a token can be used again after a restart or at another instance',
      help: 'use `nonce_storage` with `type: redis` or `type: postgres`',
    };
  },
};

function isLocal(listen: string | undefined): boolean {
  return listen === undefined || /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\]):/.test(listen);
}
