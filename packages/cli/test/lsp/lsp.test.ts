import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { CLEAN, type Folder, makeFolder, TWICE } from '../lint/lint-in-folder.ts';
import { Editor } from './editor.ts';

const RULES = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: rules
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        format: "^(json|csv)$"
        path: "^/srv/[a-z]+"
`;

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');
const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: agents
data:
  agent.yaml: |
${indent(TWICE)}        - create_issue
`;

const WITHOUT_LAST = TWICE.replace('    - list_issues\n    - list_issues\n', '    - list_issues\n');

describe('aip lsp', () => {
  let folder: Folder;
  let editor: Editor | undefined;
  afterEach(async () => {
    await editor?.leave();
    editor = undefined;
    folder.remove();
  });

  async function start(
    files: Readonly<Record<string, string>> = {},
    ...capabilities: Parameters<typeof Editor.start> extends [string, ...infer Rest] ? Rest : never
  ): Promise<Editor> {
    folder = makeFolder(files);
    editor = await Editor.start(folder.path, ...capabilities);
    return editor;
  }
  const uriOf = (name: string): string => pathToFileURL(join(folder.path, name)).href;

  it('sends findings when a policy is opened, changed and closed', async () => {
    const client = await start();
    const uri = uriOf('a.yaml');
    await client.open(uri, TWICE);
    const [finding, ...others] = await client.waitForFindings(uri, 1);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: 'duplicate-entry',
      source: 'aip',
      severity: 2,
      range: { start: { line: 7, character: 6 }, end: { line: 7, character: 17 } },
    });
    expect(finding?.relatedInformation?.[0]?.location).toMatchObject({ uri, range: { start: { line: 6 } } });
    expect(await client.waitForFindings(uri, await client.change(uri, CLEAN))).toEqual([]);
    await client.close(uri);
    expect(await client.waitForFindings(uri, undefined)).toEqual([]);
  });

  it('gives findings when it is asked, to an editor that asks', async () => {
    const client = await start({}, { textDocument: { diagnostic: {} } });
    const uri = uriOf('a.yaml');
    await client.open(uri, TWICE);
    expect(await client.pull(uri)).toMatchObject([{ code: 'duplicate-entry' }]);
    await client.change(uri, CLEAN);
    expect(await client.pull(uri)).toEqual([]);
  });

  it('checks the last of many changes', async () => {
    const client = await start();
    const uri = uriOf('a.yaml');
    await client.open(uri, CLEAN);
    let version = 1;
    for (let count = 0; count < 20; count++) version = await client.change(uri, count % 2 ? CLEAN : TWICE);
    version = await client.change(uri, TWICE);
    expect(await client.waitForFindings(uri, version)).toMatchObject([{ code: 'duplicate-entry' }]);
  });

  it.each([
    ['no YAML', 'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nspec: {', 'error'],
    ['another group', TWICE.replace('aip.io/v1alpha1', 'example.com/v1'), undefined],
    ['no policy', 'kind: Deployment\n', undefined],
  ])('says what is wrong with a text that is %s', async (_, text, severity) => {
    const client = await start();
    await client.open(uriOf('a.yaml'), text);
    const found = await client.waitForFindings(uriOf('a.yaml'), 1);
    expect(found.map((each) => each.severity)).toEqual(severity === undefined ? [] : [1]);
  });

  it('repairs what can be repaired, in the text as it is now', async () => {
    const client = await start();
    const uri = uriOf('a.yaml');
    await client.open(uri, CLEAN);
    await client.change(uri, TWICE);
    const [action, ...others] = await client.fixes(uri, 'list_issues', 'last');
    expect(others).toEqual([]);
    expect(action).toMatchObject({ kind: 'quickfix', isPreferred: true });
    expect(client.apply(uri, action)).toBe(WITHOUT_LAST);
    expect(await client.fixes(uri, 'kind')).toEqual([]);
  });

  it('says which repair may permit more', async () => {
    const client = await start();
    const uri = uriOf('a.yaml');
    await client.open(uri, TWICE.replace('allowed_tools', 'allowed_tols'));
    const [action] = await client.fixes(uri, 'allowed_tols');
    expect(action).toMatchObject({
      isPreferred: false,
      title: expect.stringMatching(/ \(may permit more\)$/),
    });
    expect(client.apply(uri, action)).toBe(TWICE);
  });

  it('heeds the configuration of the folder, and says where it can not be followed', async () => {
    const client = await start({
      '.git/HEAD': '',
      'aip.config.yaml': 'lint:\n  rules:\n    duplicate-entry: error\n',
    });
    const uri = uriOf('policies/a.yaml');
    await client.open(uri, TWICE);
    expect(await client.waitForFindings(uri, 1)).toMatchObject([{ code: 'duplicate-entry', severity: 1 }]);
    folder.write('aip.config.yaml', 'lint:\n  rules:\n    no-such-rule: error\n');
    client.forgetFindings();
    await client.noticeFile(uriOf('aip.config.yaml'));
    expect(await client.waitForFindings(uri, 1)).toMatchObject([
      { code: 'unusable-configuration', severity: 1, message: expect.stringContaining('no-such-rule') },
    ]);
  });

  it('finds and repairs in a ConfigMap where it stands', async () => {
    const client = await start();
    const uri = uriOf('map.yaml');
    await client.open(uri, CONFIG_MAP);
    expect(await client.waitForFindings(uri, 1)).toMatchObject([
      { code: 'duplicate-entry', range: { start: { line: 13, character: 10 } } },
    ]);
    const [action] = await client.fixes(uri, 'list_issues\n        - create_issue');
    const repaired = CONFIG_MAP.replace('        - list_issues\n        - create', '        - create');
    expect(client.apply(uri, action)).toBe(repaired);
    expect(await client.hover(uri, 'allowed_tools')).toContain('**spec.allowed\\_tools**');
    const items = await client.complete(
      uri,
      CONFIG_MAP.replace('    spec:\n', '    spec:\n      mode: ^^\n'),
    );
    expect(items.map(({ label }) => label)).toEqual(['enforce', 'monitor']);
  });

  it.each([
    ['a field', 'allow_args', ['**spec.tool\\_rules[].allow\\_args**']],
    ['a pattern', '"^(json', ['Matches `csv`, `json`, and nothing else.', 'Does not match `']],
    ['an open pattern', '"^/srv', ['Matches for example `/srv/a`', 'Not bound to the end: `/srv/a']],
  ])('tells of %s', async (_, part, expected) => {
    const client = await start();
    await client.open(uriOf('a.yaml'), RULES);
    const shown = await client.hover(uriOf('a.yaml'), part);
    for (const each of expected) expect(shown).toContain(each);
  });

  it.each<[string, string, readonly string[]]>([
    ['values', RULES.replace('spec:', 'spec:\n  mode: ^^'), ['enforce', 'monitor']],
    ['values over a word', RULES.replace('spec:', 'spec:\n  mode: mon^^'), ['enforce', 'monitor']],
    ['flags', `${RULES}      strict_args: ^^\n`, ['false', 'true']],
    ['fields of a rule', `${RULES}      ^^\n`, ['action', 'rate_limit', 'strict_args']],
    [
      'fields of a new rule',
      `${RULES}    - ^^\n`,
      ['action', 'allow_args', 'rate_limit', 'strict_args', 'tool'],
    ],
    ['fields of an object', 'apiVersion: aip.io/v1alpha1\nmetadata:\n  ^^\n', ['name', 'owner', 'version']],
    ['fields in flow', 'apiVersion: aip.io/v1alpha1\nmetadata: { name: a, ^^ }\n', ['owner', 'version']],
    ['nothing in a comment', RULES.replace('spec:', 'spec: # ^^'), []],
    ['nothing in another file', 'kind: Deployment\n^^', []],
  ])('proposes %s', async (_, marked, expected) => {
    const client = await start();
    await client.open(uriOf('a.yaml'), '');
    const items = await client.complete(uriOf('a.yaml'), marked);
    expect(items.map(({ label }) => label).sort()).toEqual(expected);
  });

  it('ends as the protocol says', async () => {
    const client = await start();
    expect(await client.stop()).toBe(0);
    editor = undefined;
  });

  it('ends with an error where the editor goes away', async () => {
    const client = await start();
    expect(await client.leave()).toBe(1);
  });
});
