import { describe, expect, it } from 'vitest';
import { findNearestName } from './nearest-name.ts';

const KNOWN = ['allowed_tools', 'allowed_methods', 'denied_tools', 'mode', 'dlp', 'enforce'];

describe('findNearestName', () => {
  it.each([
    ['alowed_tools', 'allowed_tools'],
    ['allowedTools', 'allowed_tools'],
    ['allowed-methods', 'allowed_methods'],
    ['ALLOWED_TOOLS', 'allowed_tools'],
    ['mdoe', 'mode'],
    ['Enforce', 'enforce'],
    ['dpl', 'dlp'],
    ['colour', undefined],
    ['x', undefined],
    ['', undefined],
    ['m'.repeat(1_000), undefined],
  ])('%s means %s', (written, nearest) => {
    expect(findNearestName(written, KNOWN)).toBe(nearest);
  });

  it('takes the first of several as near', () => {
    expect(findNearestName('nodes', ['codes', 'modes'])).toBe('codes');
  });
});
