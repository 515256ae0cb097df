import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compareDiagnostics } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import { FIELD_CATALOGUE, parsePolicy, SPEC_CODES } from '../src/index.ts';
import { renderFindings } from './render-findings.ts';

const root = fileURLToPath(new URL('../../../fixtures/policies/', import.meta.url));

function listPolicies(folder: string): readonly string[] {
  return readdirSync(`${root}${folder}`).filter((name) => /\.(ya?ml|json)$/.test(name));
}

/** Codes that no text file of the repository can show, and where they are tested instead. */
const ELSEWHERE = [
  'too-large', // parse-policy.test.ts
  'too-complex', // hostile.test.ts
  'too-many-findings', // hostile.test.ts
  'invalid-utf8', // decode-policy.test.ts
  'lone-surrogate', // parse-policy.test.ts
];

function markFields(value: unknown, path: string, seen: Set<string>): void {
  if (path !== '') seen.add(path);
  if (Array.isArray(value)) for (const item of value) markFields(item, `${path}/*`, seen);
  else if (typeof value === 'object' && value !== null) {
    const free = path.endsWith('/allow_args');
    for (const [key, child] of Object.entries(value)) markFields(child, `${path}/${free ? '*' : key}`, seen);
  }
}

describe('the valid policies', () => {
  it.each(listPolicies('valid'))('%s', (name) => {
    const parsed = parsePolicy(readFileSync(`${root}valid/${name}`, 'utf8'), name);
    expect(parsed.ok ? '' : renderFindings(parsed.diagnostics)).toBe('');
  });

  it('use every field that there is', () => {
    const seen = new Set<string>();
    for (const name of listPolicies('valid')) {
      const parsed = parsePolicy(readFileSync(`${root}valid/${name}`, 'utf8'), name);
      if (parsed.ok) markFields(parsed.document.policy, '', seen);
    }
    expect(FIELD_CATALOGUE.map((field) => field.path).filter((path) => !seen.has(path))).toEqual([]);
  });
});

describe('the invalid policies', () => {
  const codes = new Set<string>();

  it.each(listPolicies('invalid'))('%s', async (name) => {
    const parsed = parsePolicy(readFileSync(`${root}invalid/${name}`, 'utf8'), name);
    const diagnostics = parsed.ok ? [] : parsed.diagnostics;
    for (const { code } of diagnostics) codes.add(code);
    expect([...diagnostics].sort(compareDiagnostics)).toEqual(diagnostics);
    await expect(renderFindings(diagnostics)).toMatchFileSnapshot(
      `${root}invalid/${name.replace(/\.[a-z]+$/, '')}.expected.txt`,
    );
  });

  it('show every code', () => {
    const missing = SPEC_CODES.filter((code) => !codes.has(code));
    expect([...missing].sort()).toEqual([...ELSEWHERE].sort());
  });
});
