/** Writes to an audit log as fast as it can until it is killed: `audit-writer PATH`. Says so once it has begun. */
import { openAudit } from '../../src/audit/open-audit.ts';
import type { AuditRecord } from '../../src/audit/record.ts';

const [, , path = ''] = process.argv;
const context = { mode: 'enforce', policyHash: '00ff', now: () => new Date() } as const;
const sink = openAudit(path, { fsync: 'never', maxBytes: 400_000 }, context, () => undefined);

/** Records of very different lengths: a long one is still being written when the signal comes. */
function makeRecord(count: number): AuditRecord {
  const rule = 'x'.repeat(count % 50 === 0 ? 200_000 : count % 300);
  return { kind: 'dlp', direction: 'downstream', rule, action: 'REDACTED', count };
}

process.stdout.write('begun\n');
for (let count = 0; ; count++) sink.append([makeRecord(count), makeRecord(count + 1)]);
