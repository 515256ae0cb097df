import { parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyText } from '../../src/files/classify-text.ts';
import { mentionsPolicyBytes } from '../../src/files/mentions-policy.ts';
import { createEmbeddedFinder } from '../../src/lint/config-map/find-embedded.ts';

const REST = 'apiVersion: aip.io/v1alpha1\nmetadata: {name: a}\nspec: {allowed_tools: [a]}\n';
const FLOW = '{apiVersion: aip.io/v1alpha1, kind: AgentPolicy, metadata: {name: a}, spec: {}}';
const JSON_REST = '"apiVersion": "aip.io/v1alpha1", "metadata": {"name": "a"}, "spec": {}';

const SPELLINGS = [
  `kind:\n  AgentPolicy\n${REST}`,
  `kind: # a remark\n  AgentPolicy\n${REST}`,
  `kind: >-\n  AgentPolicy\n${REST}`,
  `kind: |-\n  AgentPolicy\n${REST}`,
  `kind: &k AgentPolicy\n${REST}`,
  `kind: !!str AgentPolicy\n${REST}`,
  `kind: !<tag:yaml.org,2002:str> AgentPolicy\n${REST}`,
  `!!str kind: AgentPolicy\n${REST}`,
  `&k kind: AgentPolicy\n${REST}`,
  `? kind\n: AgentPolicy\n${REST}`,
  `kind: "Agent\\x50olicy"\n${REST}`,
  `kind: "Agent\\u0050olicy"\n${REST}`,
  `kind: "Agent\\U00000050olicy"\n${REST}`,
  `kind: "Agent\\\n  Policy"\n${REST}`,
  `kind: "Agent\\\r\n  Policy"\n${REST}`,
  `"k\\x69nd": AgentPolicy\n${REST}`,
  `apiVersion: aip.io/v1alpha1\nmetadata: {name: &k AgentPolicy}\nspec: {}\nkind: *k\n`,
  `# a comment\n${FLOW}`,
  `---\n${FLOW}`,
  `--- ${FLOW}`,
  `--- !!map ${FLOW}`,
  `!!map ${FLOW}`,
  `&a ${FLOW}`,
  `%YAML 1.2\n--- ${FLOW}`,
  `{"metadata": {"name": "a", "labels": {"kind": "ConfigMap"}}, "kind": "AgentPolicy", "apiVersion": "aip.io/v1alpha1", "spec": {}}`,
  `{"metadata": {"name": "a", "labels": {"apiVersion": "foo.io/v1"}}, "kind": "AgentPolicy", "apiVersion": "aip.io/v1alpha1", "spec": {}}`,
  `{"kind": "Agent\\u0050olicy", ${JSON_REST}}`,
  `{"\\u006bind": "\\u0041gentPolicy", ${JSON_REST}}`,
];

const accepts = (text: string): boolean => {
  const result = parsePolicy(text, 'p.yaml');
  // A label or a name may be refused for what it is; the document is a policy all the same.
  const codes = result.ok ? [] : result.diagnostics.map(({ code }) => code);
  return !codes.some((code) => /^(?:yaml-|wrong-kind|other-api|several|custom-tag)/.test(code));
};

describe('a policy, however it is spelled,', () => {
  it.each(SPELLINGS)('counts as one: %j', (text) => {
    expect(accepts(text)).toBe(true);
    expect(mentionsPolicyBytes(Buffer.from(text))).toBe(true);
    expect(classifyText(text)).toEqual({ kind: 'policy' });
  });

  it.each(SPELLINGS)('is found in a ConfigMap: %j', (text) => {
    const head = 'kind: &c\n  ConfigMap\nmetadata: {name: m}\n';
    const literal = `${head}data:\n  p: |\n${text.replaceAll(/^/gm, '    ')}\n`;
    for (const map of [
      `${head}data: {p: ${JSON.stringify(text)}}\n`,
      `${head}data: {a: &p ${JSON.stringify(text)}, b: *p}\n`,
      ...(text.includes('\r') ? [] : [literal]),
    ]) {
      expect(mentionsPolicyBytes(Buffer.from(map))).toBe(true);
      expect(classifyText(map)).toEqual({ kind: 'config-map' });
      const found = createEmbeddedFinder()(map);
      expect(found.ok && found.policies.length).toBe(1);
    }
  });
});

describe('what can not be told', () => {
  it.each([
    ['broken YAML', 'a: [\nb: AgentPolicy\n'],
    ['a flow that is not closed', '--- {kind: AgentPolicy'],
    ['nesting without end', `AgentPolicy: ${'['.repeat(100_000)}`],
    ['a text that is too large and says so', `{"kind": "AgentPolicy", "a": "${'a'.repeat(1_100_000)}"}`],
    ['blocks without end', `${'- '.repeat(100_000)}AgentPolicy`],
  ])('counts as a policy: %s', (_, text) => {
    expect(classifyText(text)).toEqual({ kind: 'policy' });
  });

  it.each([
    ['a definition of the kind', 'kind: CustomResourceDefinition\nspec:\n  names:\n    kind: AgentPolicy\n'],
    ['a text about it', '{"about": "kind: AgentPolicy"}'],
    ['an escape that spells something else', 'kind: "Agent\\x51olicy"\n'],
  ])('is no policy where it is well-formed and says so: %s', (_, text) => {
    expect(classifyText(text)).toEqual({ kind: 'other' });
  });
});

/** A scalar in one of the ways in which YAML writes it. */
const spell = (word: string): fc.Arbitrary<string> => {
  const escaped = fc
    .array(fc.constantFrom('plain', 'x', 'u', 'U', 'fold'), {
      minLength: word.length,
      maxLength: word.length,
    })
    .map((ways) => {
      const parts = [...word].map((character, at) => {
        const code = character.charCodeAt(0).toString(16);
        switch (ways[at]) {
          case 'x':
            return `\\x${code.padStart(2, '0')}`;
          case 'u':
            return `\\u${code.padStart(4, '0')}`;
          case 'U':
            return `\\U${code.padStart(8, '0')}`;
          case 'fold':
            return `\\\n    ${character}`;
          default:
            return character;
        }
      });
      return `"${parts.join('')}"`;
    });
  const quoted = fc.oneof(fc.constantFrom(word, `'${word}'`, `"${word}"`), escaped);
  return fc
    .tuple(fc.constantFrom('', '&a ', '!!str ', '&a !!str ', '!<tag:yaml.org,2002:str> '), quoted)
    .map(([before, text]) => `${before}${text}`);
};

const member = (name: string, word: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      spell(name),
      spell(word),
      fc.constantFrom(': ', ' : ', ':\n  ', ': # kind: ConfigMap\n  ', '?', '>-'),
    )
    .map(([key, value, mark]) => {
      if (mark === '?') return `? ${key}\n: ${value}\n`;
      if (mark === '>-') return `? ${key}\n: >-\n  ${word}\n`;
      return `${key.includes('\n') ? `? ${key}\n` : key}${mark}${value}\n`;
    });

const document = fc
  .tuple(
    member('kind', 'AgentPolicy'),
    member('apiVersion', 'aip.io/v1alpha1'),
    fc.constantFrom('metadata: {name: a}\n', 'metadata:\n  name: a # kind: Other\n'),
    fc.constantFrom('spec: {allowed_tools: [kind, ConfigMap]}\n', 'spec:\n  allowed_tools:\n  - kind\n'),
    fc.constantFrom('', '---\n', '# {\n', '%YAML 1.2\n---\n', '\ufeff', '--- !!map\n', '--- &m\n'),
  )
  .chain(([kind, version, metadata, spec, head]) =>
    fc
      .shuffledSubarray([kind, version, metadata, spec], { minLength: 4, maxLength: 4 })
      .map((members) => `${head}${members.join('')}`),
  );

const flow = fc
  .tuple(
    fc.tuple(spell('kind'), spell('AgentPolicy')),
    fc.tuple(spell('apiVersion'), spell('aip.io/v1alpha1')),
    fc.constantFrom('', '---\n', '--- ', '# a\n', '!!map ', '&m ', '\n\n'),
    fc.constantFrom(', ', ',\n  ', ', # kind: ConfigMap\n  '),
  )
  .chain(([kind, version, head, comma]) =>
    fc
      .shuffledSubarray(
        [kind.join(' : '), version.join(' : '), 'metadata: {name: a}', 'spec: {allowed_tools: [ConfigMap]}'],
        { minLength: 4, maxLength: 4 },
      )
      .map((members) => `${head}{${members.join(comma)}}\n`),
  );

it('what a policy is read from is always taken for one', () => {
  let accepted = 0;
  const check = (text: string): void => {
    if (!parsePolicy(text, 'p.yaml').ok) return;
    accepted++;
    expect(mentionsPolicyBytes(Buffer.from(text))).toBe(true);
    expect(classifyText(text)).toEqual({ kind: 'policy' });
  };
  fc.assert(fc.property(fc.oneof(document, flow), check), { numRuns: 2_000 });
  expect(accepted).toBeGreaterThan(500);
});
