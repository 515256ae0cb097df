import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';

function policy(lines: string): string {
  return `spec:\n  server:\n    enabled: true\n${lines}`;
}

describe('fail-open', () => {
  it('tells what is missing', () => {
    expect(describeFindings('fail-open', policy('    failover_mode: fail_open\n'))).toEqual([
      '«fail_open» whoever can make the validation server fail can call every tool',
    ]);
    const some = policy('    failover_mode: fail_open\n    fail_open_constraints:\n      max_requests: 5\n');
    expect(describeFindings('fail-open', some)).toEqual([
      '«fail_open» an outage opens the policy without `allowed_tools`, `max_duration`',
    ]);
  });

  it.each([
    '',
    '    failover_mode: fail_closed\n',
    '    failover_mode: local_policy\n',
    '    failover_mode: fail_open\n    fail_open_constraints: { allowed_tools: [a], max_duration: 5m, max_requests: 9 }\n',
  ])('is silent about %j', (lines) => {
    expect(describeFindings('fail-open', policy(lines))).toEqual([]);
  });

  it('closes', () => {
    expect(applyFixes('fail-open', policy('    failover_mode: fail_open\n'))).toBe(
      policy('    failover_mode: fail_closed\n'),
    );
  });
});
