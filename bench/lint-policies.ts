// Policies as teams write them, made deterministically: half of their patterns are their own, half the company's.

const OPERATIONS = ['read', 'list', 'search', 'create', 'update', 'delete', 'export', 'run'] as const;
const THINGS = ['file', 'ticket', 'issue', 'branch', 'invoice', 'report', 'deployment', 'query'] as const;

/** Arguments with the pattern that a team of this number gives them. */
const ARGUMENTS: readonly (readonly [name: string, write: (team: number, rule: number) => string])[] = [
  ['path', (team) => `^/workspace/team-${team}/[A-Za-z0-9_./-]+$`],
  ['path', () => '^/workspace/[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\\.(?:md|txt|json)$'],
  ['url', (team, rule) => `^https://api\\.github\\.com/repos/team${team}/service-${rule}/`],
  ['url', () => '^https://tickets\\.example\\.com/api/v[12]/[a-z]+/[0-9]+$'],
  ['query', (team) => `^SELECT [A-Za-z0-9_, .*]+ FROM team_${team}_[a-z_]+( WHERE [a-z_]+ = [0-9]+)?$`],
  ['database', () => '^(analytics|reporting)$'],
  ['branch', (_, rule) => `^(?:feature|fix)/PROJ-${rule}[0-9]{0,3}-[a-z0-9-]{1,40}$`],
  ['environment', () => '^(staging|preview)$'],
  ['limit', () => '^[0-9]{1,3}$'],
  ['title', () => '^[^\\r\\n]{1,200}$'],
  ['email', (team) => `^[a-z.]{1,40}@team${team}\\.example\\.com$`],
  ['language', () => '(?i)^(?:en|de|fr|pl)(?:-[a-z]{2})?$'],
];

/** Most have no finding, as in a repository that is linted at every change; one rule in 25 is unanchored. */
function writeRule(team: number, rule: number): readonly string[] {
  const seed = team * 7 + rule * 13;
  const [first, writeFirst] = ARGUMENTS[seed % ARGUMENTS.length] ?? ['', () => ''];
  const [second, writeSecond] = ARGUMENTS[(seed + 5) % ARGUMENTS.length] ?? ['', () => ''];
  const tool = `${OPERATIONS[rule % OPERATIONS.length]}_${THINGS[Math.floor(rule / 3) % THINGS.length]}_${rule}`;
  const written = writeFirst(team, rule);
  const pattern = rule % 25 === 7 ? written.replace(/\$$/, '') : written;
  return [
    `    - tool: ${tool}`,
    ...(rule % 4 === 0 ? ['      action: ask'] : []),
    ...(rule % 3 === 0 ? [`      rate_limit: ${10 + (seed % 50)}/minute`] : []),
    ...(rule % 5 === 0 ? [`      # ${tool} is what the nightly job calls`] : []),
    '      strict_args: true',
    '      allow_args:',
    `        ${first}: '${pattern}'`,
    ...(first === second ? [] : [`        ${second}: "${writeSecond(team, rule).replaceAll('\\', '\\\\')}"`]),
  ];
}

/** The text of a policy of about 200 lines. */
export function writePolicy(team: number): string {
  return [
    `# What the agents of team ${team} may do.`,
    'apiVersion: aip.io/v1alpha1',
    'kind: AgentPolicy',
    'metadata:',
    `  name: team-${team}`,
    '  version: "1.4.2"',
    `  owner: team${team}@example.com`,
    'spec:',
    '  mode: enforce',
    '  allowed_tools:',
    ...Array.from({ length: 16 }, (_, at) => `    - get_${THINGS[at % THINGS.length]}_${team % 10}${at}`),
    '  protected_paths: [~/.ssh, ~/.aws, ~/.config/gcloud, ~/.kube, .env, .git]',
    '  dlp:',
    '    patterns:',
    '      - name: AWS access key',
    "        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'",
    '      - name: GitHub token',
    "        regex: '\\bgh[pousr]_[A-Za-z0-9]{36,}\\b'",
    '      - name: Private key',
    "        regex: '-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----'",
    '      - name: Employee number',
    `        regex: '\\bE${team % 100}-[0-9]{6}\\b'`,
    '  tool_rules:',
    ...Array.from({ length: 26 }, (_, rule) => writeRule(team, rule)).flat(),
    '',
  ].join('\n');
}

const HEAD = 'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata: { name: x }\nspec:\n';
const MAX_LENGTH = 1_000_000;

/** As many lines as a policy file may hold. */
function fill(start: string, writeLine: (index: number) => string): string {
  let text = start;
  for (let at = 0; text.length < MAX_LENGTH; at++) text += writeLine(at);
  return text;
}

/** What takes the most time for its size. */
export const HOSTILE: Readonly<Record<string, () => string>> = {
  '75,000 tools': () => fill(`${HEAD}  allowed_tools:\n`, (at) => `    - t${at}\n`),
  '20,000 rules with a pattern': () =>
    fill(`${HEAD}  tool_rules:\n`, (at) => `    - { tool: t${at}, allow_args: { a: '^x${at}$' } }\n`),
  '14,000 rules with two warnings': () =>
    fill(
      `${HEAD}  tool_rules:\n`,
      (at) => `    - { tool: t${at}, allow_args: { path: '.*/x${at}.*', url: 'https://a${at}.b' } }\n`,
    ),
  '50,000 patterns of one rule': () =>
    fill(`${HEAD}  tool_rules:\n    - tool: t\n      allow_args:\n`, (at) => `        a${at}: 'x${at}'\n`),
  '85,000 unknown keys': () => fill(HEAD, (at) => `  k${at}: 1\n`),
  '170,000 wrong items': () => `${HEAD}  allowed_tools: [${'1,'.repeat(170_000)}]\n`,
  '180,000 aliases': () => `${HEAD}  allowed_tools: [&a x${',*a'.repeat(180_000)}]\n`,
  'a million brackets': () => `${HEAD}  allowed_tools: ${'['.repeat(MAX_LENGTH)}`,
  'one pattern of a million characters': () =>
    `${HEAD}  tool_rules: [{ tool: a, allow_args: { p: '^${'a'.repeat(MAX_LENGTH)}$' } }]\n`,
  '8,000 properties without case': () =>
    `${HEAD}  tool_rules: [{ tool: a, allow_args: { p: '(?i)^${'[\\p{L}]'.repeat(8_000)}$' } }]\n`,
};
