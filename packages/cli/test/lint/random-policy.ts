import fc from 'fast-check';

const TOOLS = ['read_file', 'Read_File', 'fetch_url', 'run_shell', 'query', 'move_file', 'list_issues'];

const PATTERNS = [
  'https://api.github.com/',
  '^https://api.github.com/.*$',
  '^/workspace|/tmp/.*$',
  '^/workspace/.*$',
  '^/workspace/',
  '^SELECT|^EXPLAIN$',
  '^SELECT\\s+.*',
  '^(a|b)$',
  'a|b',
  '^[0-9]+$',
  '[0-9]+',
  '.*',
  '^(?i:get)$',
];

const ARGUMENTS = ['path', 'url', 'query', 'value'];

/** Values around what the patterns are about: inside, at the edges, and outside. */
const VALUES = [
  'https://api.github.com/',
  'https://api.github.com/repos',
  'https://apixgithub.com/',
  'https://api.github.com.evil.example/',
  'https://evil.example/?https://api.github.com/',
  '/workspace',
  '/workspace/a.txt',
  '/workspace/../etc/passwd',
  '/workspace/a\n/b',
  '/tmp/x',
  'x/tmp/x',
  'SELECT 1',
  'SELECT 1; DROP TABLE x',
  'EXPLAIN',
  'x EXPLAIN',
  'a',
  'xa',
  'bx',
  '1',
  '1x',
  'GET',
  '',
];

const METHODS = ['tools/call', 'tools/list', 'resources/read', 'Resources/Read', '*', 'prompts/get'];

const quoted = (text: string, style: number): string => {
  if (style === 0) return `'${text.replaceAll("'", "''")}'`;
  return style === 1 ? JSON.stringify(text) : `${JSON.stringify(text)} # ${text.length} characters`;
};

const list = (name: string, values: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom(...values), fc.boolean()), { maxLength: 5 })
    .map((items) =>
      items.length === 0
        ? ''
        : `  ${name}:\n${items.map(([item, comment]) => `    - ${JSON.stringify(item)}${comment ? ' # why' : ''}\n`).join('')}`,
    );

const rule = fc
  .record({
    action: fc.constantFrom('', 'allow', 'block', 'ask'),
    strict: fc.constantFrom('', 'true', 'false'),
    args: fc.uniqueArray(
      fc.tuple(fc.constantFrom(...ARGUMENTS), fc.constantFrom(...PATTERNS), fc.nat({ max: 2 })),
      { maxLength: 3, selector: ([name]) => name },
    ),
  })
  .map(({ action, strict, args }) => (tool: string) => {
    const lines = [`    - tool: ${tool}`];
    if (action !== '') lines.push(`      action: ${action}`);
    if (strict !== '') lines.push(`      strict_args: ${strict}`);
    if (args.length > 0) lines.push('      allow_args:');
    for (const [name, pattern, style] of args) lines.push(`        ${name}: ${quoted(pattern, style)}`);
    return `${lines.join('\n')}\n`;
  });

const rules = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...TOOLS), rule), {
    maxLength: 4,
    selector: ([tool]) => tool.toLowerCase(),
  })
  .map((items) =>
    items.length === 0 ? '' : `  tool_rules:\n${items.map(([tool, write]) => write(tool)).join('')}`,
  );

/** Policies as people write them, with what the rules look for. */
export const randomPolicy: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '  mode: monitor\n', '  mode: enforce\n'),
    fc.constantFrom('', '  strict_args_default: true\n'),
    list('allowed_tools', TOOLS),
    list('denied_tools', TOOLS),
    list('allowed_methods', METHODS),
    list('denied_methods', METHODS),
    list('protected_paths', ['~/.ssh', '/etc', '/etc/']),
    rules,
  )
  .map(
    (parts) =>
      `# a policy\napiVersion: aip.io/v1alpha3\nkind: AgentPolicy\nmetadata:\n  name: random\nspec:\n${parts.join('') || '  {}\n'}`,
  );

export interface RandomCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, string>>;
}

export const randomCall: fc.Arbitrary<RandomCall> = fc.record({
  tool: fc.constantFrom(...TOOLS),
  args: fc.dictionary(fc.constantFrom(...ARGUMENTS, 'other'), fc.constantFrom(...VALUES), { maxKeys: 3 }),
});

export const MAIN_METHODS: readonly string[] = METHODS;
