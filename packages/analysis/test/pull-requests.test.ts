import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DecisionTable } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import { type Change, type Difference, diffTables, mirrorChange } from '../src/index.ts';
import { compileText, confirmWith, startEngine } from './tables.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/pull-requests', import.meta.url));

interface Expected {
  readonly about: string;
  readonly change: Change;
  readonly differences: readonly string[];
  readonly witness?: object;
}

function summarize(one: Difference): string {
  switch (one.kind) {
    case 'calls':
      return `calls ${one.tool ?? '*'} ${one.change}: ${one.from} to ${one.to}`;
    case 'rate-limit':
    case 'schema-hash':
      return `${one.kind} ${one.tool} ${one.change}`;
    case 'method':
      return `method ${one.method ?? '*'} ${one.change}`;
    case 'protected-path':
      return `protected-path ${one.path} ${one.change}`;
    case 'mode':
      return `mode ${one.change}`;
    case 'feature':
      return `feature ${one.feature} ${one.change}`;
    case 'setting':
    case 'dlp-setting':
      return `${one.kind} ${one.setting} ${one.change}`;
    case 'dlp-pattern':
      return `dlp-pattern ${one.pattern} ${one.change}`;
  }
}

describe('pull requests', () => {
  const names = readdirSync(FIXTURES);

  it('are at least twenty', () => {
    expect(names.length).toBeGreaterThanOrEqual(20);
  });

  it.each(names)('%s', (name) => {
    const read = (file: string): string => readFileSync(`${FIXTURES}/${name}/${file}`, 'utf8');
    const expected: Expected = JSON.parse(read('expected.json'));
    const old = compileText(read('old.yaml'));
    const next = compileText(read('new.yaml'));
    const diff = diffTables(old, next, { confirm: confirmWith(old, next) });
    expect(diff.differences.map(summarize).sort()).toEqual(expected.differences.toSorted());
    expect(diff.change).toBe(expected.change);
    const calls = diff.differences.filter((one) => one.kind === 'calls');
    expect(calls.every(({ certainty }) => certainty === 'confirmed')).toBe(true);
    expect(calls.find(({ change }) => change === 'widened')?.witness ?? undefined).toEqual(expected.witness);
    for (const one of diff.differences) {
      // What is redacted no more, the old policy's scanner changes and the next one's leaves, or changes less.
      if (one.kind !== 'dlp-pattern' || one.change !== 'widened' || one.example === null) continue;
      const text = one.example;
      const scan = (table: DecisionTable) => startEngine(table).responses?.scanText(text).text;
      expect(scan(old)).toMatch(/^\[REDACTED:[^\]]*\]$/);
      expect(scan(next)).not.toBe(scan(old));
    }
    if (diff.change !== 'unknown') expect(diffTables(next, old).change).toBe(mirrorChange(expected.change));
    expect(diffTables(next, next).differences).toEqual([]);
  });
});
