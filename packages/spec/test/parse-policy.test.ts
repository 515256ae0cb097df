import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Document, parse as parseYaml, stringify } from 'yaml';
import {
  type AgentPolicy,
  canonicalizePolicy,
  DEFAULT_MAX_BYTES,
  decodePolicy,
  hashPolicy,
  type PolicyDocument,
  type PolicySpec,
  parsePolicy,
} from '../src/index.ts';

const HEAD = 'apiVersion: aip.io/v1alpha2\nkind: AgentPolicy\nmetadata: { name: x }\n';

function parse(text: string): PolicyDocument {
  const parsed = parsePolicy(text, 'policy.yaml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map((each) => each.message).join('\n'));
  return parsed.document;
}

function codesOf(text: string, maxBytes?: number): readonly string[] {
  const parsed = parsePolicy(text, 'policy.yaml', maxBytes === undefined ? {} : { maxBytes });
  return parsed.ok ? [] : parsed.diagnostics.map((each) => each.code);
}

describe('a document', () => {
  const text = `# top\n${HEAD}spec:\n  tool_rules:\n    - tool: plot # aip-ignore: x -- y\n      allow_args: { "10": a, "2": b, __proto__: c, z: d }\n`;

  it('keeps the order of arguments, also of names that look like numbers', () => {
    expect(parse(text).listAllowedArguments(0)).toEqual([
      { name: '10', pattern: 'a', pointer: '/spec/tool_rules/0/allow_args/10' },
      { name: '2', pattern: 'b', pointer: '/spec/tool_rules/0/allow_args/2' },
      { name: '__proto__', pattern: 'c', pointer: '/spec/tool_rules/0/allow_args/__proto__' },
      { name: 'z', pattern: 'd', pointer: '/spec/tool_rules/0/allow_args/z' },
    ]);
    expect(parse(text).listAllowedArguments(1)).toEqual([]);
  });

  it('has `__proto__` as a key like any other', () => {
    const [rule] = parse(text).policy.spec.tool_rules ?? [];
    expect(Object.keys(rule?.allow_args ?? {})).toContain('__proto__');
    expect(Object.getPrototypeOf(rule?.allow_args)).toBe(null);
    expect(codesOf(text.replace('__proto__: c, ', ''))).toEqual([]);
    expect(parse(text).hash).not.toBe(parse(text.replace('__proto__: c, ', '')).hash);
  });

  it('lists comments with their places', () => {
    expect(parse(text).comments).toEqual([
      { line: 1, column: 1, text: ' top' },
      { line: 7, column: 18, text: ' aip-ignore: x -- y' },
    ]);
  });

  it('lists keys in the order of the text', () => {
    expect(parse(text).listKeys('')).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(parse(text).listKeys('/kind')).toEqual([]);
  });

  it('fits the newest shape whatever its version is', () => {
    const spec: PolicySpec = parse(text).policy.spec;
    expect(spec.aat).toBe(undefined);
  });
});

describe('the hash', () => {
  /** Taken by hand from the canonical form, with another tool: `printf '%s' '{...}' | sha256sum`. */
  it('is the SHA-256 of RFC 8785 JSON without the signature', () => {
    const { policy } = parse(`${HEAD}spec: {}`);
    const canonical =
      '{"apiVersion":"aip.io/v1alpha2","kind":"AgentPolicy","metadata":{"name":"x"},"spec":{}}';
    expect(new TextDecoder().decode(canonicalizePolicy(policy))).toBe(canonical);
    expect(hashPolicy(policy)).toBe('c8c7c21a0dbc3dc8bc0cc284dce792aa9cf35a95e5dc79cb24dace167c53c121');
  });

  it('does not change with the signature', () => {
    const signed = HEAD.replace('name: x', `name: x, signature: "ed25519:${'A'.repeat(86)}=="`);
    expect(parse(`${signed}spec: {}`).hash).toBe(parse(`${HEAD}spec: {}`).hash);
  });

  it('changes with every value', () => {
    expect(parse(`${HEAD}spec: { mode: enforce }`).hash).not.toBe(parse(`${HEAD}spec: {}`).hash);
    expect(parse(`${HEAD}spec: { allowed_tools: [a, b] }`).hash).not.toBe(
      parse(`${HEAD}spec: { allowed_tools: [b, a] }`).hash,
    );
  });

  it('does not change with the order of keys, quoting, width or notation', () => {
    // Within the first plane: when the writer folds a long line it may cut a pair of surrogates in two.
    const firstPlane = fc
      .string({ maxLength: 12, unit: 'grapheme' })
      .filter((text) => !/[\ud800-\udfff]/.test(text));
    const names = firstPlane.filter((name) => name !== '' && name !== '<<');
    const policies = fc.record({
      tools: fc.array(names, { maxLength: 5 }),
      args: fc.array(fc.tuple(names, firstPlane), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(
        policies,
        fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
        fc.integer({ min: 10, max: 100 }),
        fc.boolean(),
        ({ tools, args }, defaultStringType, lineWidth, flow) => {
          const policy = {
            apiVersion: 'aip.io/v1alpha1',
            kind: 'AgentPolicy',
            metadata: { name: 'x' },
            spec: { allowed_tools: tools, tool_rules: [{ tool: 'a', allow_args: Object.fromEntries(args) }] },
          };
          const { spec, metadata, kind, apiVersion } = policy;
          const turned = {
            spec: {
              tool_rules: [{ allow_args: Object.fromEntries([...args].reverse().concat(args)), tool: 'a' }],
              allowed_tools: spec.allowed_tools,
            },
            metadata,
            kind,
            apiVersion,
          };
          const styled = new Document(turned).toString({
            defaultStringType,
            defaultKeyType: 'PLAIN',
            lineWidth,
            collectionStyle: flow ? 'flow' : 'block',
            minContentWidth: 0,
          });
          // The writer itself breaks a few texts when it folds them to a narrow width.
          fc.pre(isDeepStrictEqual(parseYaml(styled), JSON.parse(JSON.stringify(turned))));
          const wanted = parse(JSON.stringify(policy)).hash;
          expect(parse(`# a comment\n${styled}`).hash).toBe(wanted);
          expect(parse(stringify(policy)).hash).toBe(wanted);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the text', () => {
  it('has a limit, told before anything is parsed', () => {
    const text = `${HEAD}spec: {}`;
    expect(codesOf(text, text.length)).toEqual([]);
    expect(codesOf(text, text.length - 1)).toEqual(['too-large']);
    expect(codesOf('é'.repeat(50), 99)).toEqual(['too-large']);
    expect(codesOf('x'.repeat(DEFAULT_MAX_BYTES + 1))).toEqual(['too-large']);
  });

  it('refuses a limit that is none', () => {
    expect(() => parsePolicy('', 'f', { maxBytes: 0 })).toThrowError(
      expect.objectContaining({ code: 'bad-option' }),
    );
  });

  it('may begin with a byte order mark', () => {
    expect(codesOf(`\ufeff${HEAD}spec: {}`)).toEqual([]);
  });

  it('can not hold half a character, written or escaped', () => {
    expect(codesOf(`${HEAD}spec: { allowed_tools: [a\ud800] }`)).toEqual(['lone-surrogate']);
    expect(codesOf(`${HEAD}spec: { allowed_tools: ["a\\ud800"] }`)).toEqual(['lone-surrogate']);
    expect(codesOf(`${HEAD}spec: { allowed_tools: ["\\ud83d\\ude00", 😀] }`)).toEqual([]);
  });

  it('counts lines and columns from 1 in UTF-16 units', () => {
    const parsed = parsePolicy(`${HEAD}spec: { allowed_tools: [😀, 1] }`, 'f');
    expect(parsed.ok ? [] : parsed.diagnostics.map((each) => each.location.range.start)).toEqual([
      { line: 4, column: 29, offset: HEAD.length + 28 },
    ]);
  });
});

describe('decodePolicy', () => {
  it('gives the text of UTF-8', () => {
    expect(decodePolicy(new TextEncoder().encode('é😀'), 'f')).toEqual({ ok: true, text: 'é😀' });
  });

  it.each([
    ['a stray byte', [0x61, 0x0a, 0xc3, 0xa9, 0xff, 0x62], 2, 2, /not UTF-8 from here/],
    ['a cut character', [0x61, 0xc3], 1, 2, /not UTF-8 from here/],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 1, 2, /not UTF-8 from here/],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00], 1, 1, /UTF-16/],
  ])('refuses %s', (_, bytes, line, column, message) => {
    const decoded = decodePolicy(Uint8Array.from(bytes), 'f');
    if (decoded.ok) throw new Error('decoded');
    expect(decoded.diagnostics).toHaveLength(1);
    expect(decoded.diagnostics[0]).toMatchObject({
      code: 'invalid-utf8',
      message: expect.stringMatching(message),
      location: { range: { start: { line, column } } },
    });
  });
});

describe('a fix', () => {
  function fixAll(text: string): string {
    const parsed = parsePolicy(text, 'f');
    if (parsed.ok) return text;
    const edits = parsed.diagnostics.flatMap((each) => each.fixes.flatMap((fix) => fix.edits));
    return [...edits]
      .sort((a, b) => b.start - a.start)
      .reduce((fixed, edit) => fixed.slice(0, edit.start) + edit.newText + fixed.slice(edit.end), text);
  }

  it.each([
    ['quotes a number', `${HEAD}spec: { allowed_tools: [007] }`, `${HEAD}spec: { allowed_tools: ["007"] }`],
    ['renames a field', `${HEAD}spec: { alowed_tools: [] }`, `${HEAD}spec: { allowed_tools: [] }`],
    ['keeps quotes', `${HEAD}spec: { "alowed_tools": [] }`, `${HEAD}spec: { "allowed_tools": [] }`],
    ['corrects a value', `${HEAD}spec: { mode: 'Enforce' }`, `${HEAD}spec: { mode: 'enforce' }`],
    [
      'does not rename onto a field that is there',
      `${HEAD}spec: { alowed_tools: [], allowed_tools: [] }`,
      `${HEAD}spec: { alowed_tools: [], allowed_tools: [] }`,
    ],
  ])('%s', (_, text, expected) => {
    expect(fixAll(text)).toBe(expected);
  });
});

describe('the type AgentPolicy', () => {
  it('is told apart by its version', () => {
    const name = (policy: AgentPolicy): string | undefined =>
      policy.apiVersion === 'aip.io/v1alpha3' ? policy.spec.aat?.header_name : undefined;
    expect(
      name(parse(`${HEAD.replace('v1alpha2', 'v1alpha3')}spec: { aat: { header_name: A } }`).policy),
    ).toBe('A');
  });
});
