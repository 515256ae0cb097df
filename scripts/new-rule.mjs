// Writes the files of a new lint rule and registers it: node scripts/new-rule.mjs NAME
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rules = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages/lint/src/rules');

const [name] = process.argv.slice(2);
if (name === undefined || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  console.error('usage: node scripts/new-rule.mjs NAME   (kebab-case, for example forgotten-anchor)');
  process.exit(2);
}
const folder = join(rules, name);
if (existsSync(folder)) {
  console.error(`packages/lint/src/rules/${name} exists already`);
  process.exit(2);
}
const identifier = name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const summary = 'One sentence that says what is wrong.';

const files = {
  [`${name}.ts`]: `import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const ${identifier}: Rule = {
  meta: {
    name: '${name}',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: '${summary}',
    options: {},
  },
  *check(model) {
    if (model.document.policy.metadata.name !== 'replace this condition') return;
    yield {
      place: atValue('/metadata/name'),
      message: 'what is wrong here',
      help: 'what to write instead',
    };
  },
};
`,
  [`${name}.test.ts`]: `import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('${name}', () => {
  it('says what is wrong', () => {
    expect(describeFindings('${name}', 'metadata:\\n  name: replace this condition\\n')).toEqual([
      '«replace this condition» what is wrong here',
    ]);
  });
});
`,
  [`${name}.md`]: `# ${name}

## Summary

${summary}

## Avoid

\`\`\`yaml
metadata:
  name: replace this condition
\`\`\`

## Prefer

\`\`\`yaml
metadata:
  name: example
\`\`\`

## Why

Say what can happen.

## Options

None.
`,
};

/** Adds the import and the entry where they belong in the sorted list. */
function register(text) {
  const head = "import type { Rule } from '../engine/rule.ts';\n";
  const importLine = `import { ${identifier} } from './${name}/${name}.ts';`;
  const imports = [...text.matchAll(/^import \{ \w+ \} from '\.\/.*';$/gm)].map((match) => match[0]);
  const entries = [...text.matchAll(/^ {2}(\w+),$/gm)].map((match) => match[1]);
  const nameOf = (line) => /'\.\/([^/]+)\//.exec(line)?.[1] ?? '';
  const byName = new Map(imports.map((line) => [/\{ (\w+) \}/.exec(line)?.[1], nameOf(line)]));
  byName.set(identifier, nameOf(importLine));
  const sortedImports = [...imports, importLine].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const sortedEntries = [...entries, identifier].sort((a, b) => (byName.get(a) < byName.get(b) ? -1 : 1));
  return `${head}${sortedImports.join('\n')}

/** Every rule, sorted by name. */
export const RULES: readonly Rule[] = [
${sortedEntries.map((entry) => `  ${entry},`).join('\n')}
];
`;
}

mkdirSync(folder);
for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
const registry = join(rules, 'index.ts');
writeFileSync(registry, register(readFileSync(registry, 'utf8')));
console.log(`packages/lint/src/rules/${name}: write the check, the page and the table of the test,`);
console.log('then run: npx vitest run packages/lint && node scripts/generate-rule-docs.mjs');
