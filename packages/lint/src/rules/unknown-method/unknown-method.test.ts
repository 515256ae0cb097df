import { describe, expect, it } from 'vitest';
import { describeFindings, runRule } from '../../../test/lint-text.ts';

describe('unknown-method', () => {
  it.each([
    ['allowed_methods', 'tool/call', 'did you mean `tools/call`?'],
    ['denied_methods', 'resource/read', 'did you mean `resources/read`?'],
    ['denied_methods', 'notifications/canceled', 'did you mean `notifications/cancelled`?'],
    ['denied_methods', 'weather/forecast', 'check the spelling'],
  ])('in %s, %s', (list, method, help) => {
    const [found] = runRule('unknown-method', `spec:\n  ${list}: [${method}]\n`);
    expect(found?.help).toContain(help);
  });

  it.each(['tools/call', 'Tools/Call', 'cancelled', 'logging/setLevel', 'server/discover', 'roots/list'])(
    'knows %s',
    (method) => {
      expect(describeFindings('unknown-method', `spec:\n  denied_methods: [${method}]\n`)).toEqual([]);
    },
  );

  it('takes your own methods from the configuration', () => {
    const options = { rules: { 'unknown-method': { options: { methods: ['weather/forecast'] } } } };
    expect(
      describeFindings('unknown-method', 'spec:\n  allowed_methods: [Weather/Forecast]\n', options),
    ).toEqual([]);
  });
});
