import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';

describe('shadowed-method', () => {
  const policy =
    'spec:\n  allowed_methods:\n    - ping\n    - Resources/List\n  denied_methods:\n    - resources/list\n';

  it('compares normalized names', () => {
    expect(describeFindings('shadowed-method', policy)).toEqual([
      '«Resources/List» `Resources/List` is allowed here and denied in `denied_methods`: it is refused',
    ]);
  });

  it('keeps the denial', () => {
    expect(applyFixes('shadowed-method', policy)).toBe(
      'spec:\n  allowed_methods:\n    - ping\n  denied_methods:\n    - resources/list\n',
    );
  });

  it('is silent about `*`, which a denial is meant to narrow', () => {
    const narrowed = "spec:\n  allowed_methods: ['*']\n  denied_methods: [resources/read]\n";
    expect(describeFindings('shadowed-method', narrowed)).toEqual([]);
  });
});
