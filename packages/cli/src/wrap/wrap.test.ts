import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankComments } from './blank-comments.ts';
import { wordsOf } from './find-servers.ts';
import { isLauncher, type Launcher, readProxyCall } from './launcher.ts';
import { planUndo, planWrap } from './plan.ts';
import { readClientConfig } from './read-config.ts';
import { fileStem, serverFiles } from './server-files.ts';

const LAUNCHER: Launcher = { program: 'aip', args: [] };
const OPTIONS = { launcher: LAUNCHER, config: '/mcp.json', folder: '/conf' };

const read = (text: string) => readClientConfig(text, 'mcp.json');
const wrap = (text: string, options: Partial<Parameters<typeof planWrap>[2]> = {}) =>
  planWrap(text, read(text), { ...OPTIONS, ...options });
const undo = (text: string): string => planUndo(text, read(text)).text;

/** The words that start the servers of a configuration. */
const started = (text: string) =>
  read(text).map(({ start }) => (start.kind === 'command' ? wordsOf(start) : start.kind));

const PREFIX = ['aip', 'proxy', '--policy', '/conf/a.yaml', '--audit', '/conf/a.mcp.audit.jsonl', '--'];

describe('the servers of a client', () => {
  it.each([
    ['Cursor, Claude, Windsurf', '{"mcpServers":{"a":{"command":"x","args":["1","--"]}}}', ['x', '1', '--']],
    ['VS Code', '{"servers":{"a":{"type":"stdio","command":"x","args":[]}}}', ['x']],
    ['VS Code’s settings', '{"mcp":{"servers":{"a":{"command":"x"}}}}', ['x']],
    ['Zed', '{"context_servers":{"a":{"source":"custom","command":"x","args":["1"]}}}', ['x', '1']],
    ['an older Zed', '{"context_servers":{"a":{"command":{"path":"x","args":["1"]}}}}', ['x', '1']],
    ['the byte order mark', '\ufeff{"mcpServers":{"a":{"command":"x"}}}', ['x']],
  ])('%s: each is started behind the proxy', (_, text, words) => {
    expect(started(wrap(text).text)[0]?.slice(0, PREFIX.length + words.length)).toSatisfy(
      (got: string[]) =>
        // The older VS Code's settings have the part of the file in the names of the files.
        got.at(-words.length - 1) === '--' && got.slice(-words.length).join('|') === words.join('|'),
    );
    expect(started(undo(wrap(text).text))).toEqual([words]);
  });

  it('has its own policy and audit log, and every word of its command', () => {
    const { text } = wrap(
      '{"mcpServers":{"a":{"command":"npx","args":["-y","s"],"env":{"T":"1"},"cwd":"/w"}}}',
    );
    expect(started(text)).toEqual([[...PREFIX, 'npx', '-y', 's']]);
    expect(JSON.parse(text).mcpServers.a).toMatchObject({ env: { T: '1' }, cwd: '/w' });
  });

  it('keeps comments, commas and everything else', () => {
    const text = `{
  // all of mine
  "mcpServers": {
    "a": {
      "command": "npx", /* the runner */
      "args": [
        "-y", // no question
        "s",
      ],
    },
  },
  "theme": "dark" }`;
    const wrapped = wrap(text).text;
    for (const kept of ['// all of mine', '/* the runner */', '// no question', '"s",\n      ],']) {
      expect(wrapped).toContain(kept);
    }
    expect(undo(wrapped)).toBe(text);
  });

  it.each([
    ['a URL', '{"url":"https://x/mcp"}', 'it is at a URL'],
    ['Windsurf’s URL', '{"serverUrl":"https://x/mcp"}', 'it is at a URL'],
    ['no command', '{}', 'it has no `command`'],
    ['arguments that are no list', '{"command":"x","args":"y"}', '`args` is no list'],
    ['an argument that is no string', '{"command":"x","args":[1]}', 'something else than strings'],
    ['a program that is none', '{"command":""}', '`command` is no program'],
  ])('%s is told, and left alone', (_, server, reason) => {
    const text = `{"mcpServers":{"a":${server}}}`;
    const plan = wrap(text);
    expect(plan.text).toBe(text);
    expect(plan.steps).toMatchObject([{ kind: 'skip', reason: expect.stringContaining(reason) }]);
  });

  it.each([
    ['what is no JSON', '{"mcpServers":{\n"a" {}}}', 'line 2, column 5'],
    ['a name twice', '{"mcpServers":{"a":{},"a":{}}}', 'repeated'],
    ['a list', '[]', 'no object'],
    ['a comment without its end', '{} /* ', 'line 1'],
  ])('%s is refused with its place', (_, text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });
});

describe('wrapping', () => {
  it('twice is wrapping once', () => {
    const once = wrap('{"mcpServers":{"a":{"command":"x"},"B":{"command":"y","args":["z"]}}}').text;
    const twice = wrap(once);
    expect(twice.text).toBe(once);
    expect(twice.steps.map(({ kind }) => kind)).toEqual(['keep', 'keep']);
  });

  it('tells of a server that is behind the proxy in another way than is asked for', () => {
    const once = wrap('{"mcpServers":{"a":{"command":"x"}}}').text;
    expect(wrap(once, { policy: '/conf/a.yaml', audit: '/conf/a.mcp.audit.jsonl' }).steps).toMatchObject([
      { kind: 'keep' },
    ]);
    for (const options of [{ policy: '/other.yaml' }, { audit: '/other.jsonl' }]) {
      const { text, steps } = wrap(once, options);
      expect(text).toBe(once);
      expect(steps).toMatchObject([{ kind: 'skip', reason: expect.stringContaining('run --undo first') }]);
    }
  });

  it('refuses one audit log for two servers', () => {
    const two = '{"mcpServers":{"a":{"command":"x"},"b":{"command":"y"}}}';
    expect(() => wrap(two, { audit: '/one.jsonl' })).toThrow("can't serve 2 servers");
    expect(wrap('{"mcpServers":{"a":{"command":"x"}}}', { audit: '/one.jsonl' }).text).toContain(
      '/one.jsonl',
    );
  });

  it.each([
    ['--audit', '"--audit","/one.jsonl"'],
    ['--audit=', '"--audit=/one.jsonl"'],
  ])('refuses the log of a server that somebody else put behind the proxy (%s)', (_, flags) => {
    const other = `{"command":"npx","args":["@agentpolicy/cli@0.1.0","proxy",${flags},"--target","x y"]}`;
    const text = `{"mcpServers":{"other":${other},"a":{"command":"x"}}}`;
    expect(() => wrap(text, { audit: '/one.jsonl' })).toThrow('`other` and `a` would share');
    expect(() => wrap(`{"mcpServers":{"other":${other},"next":${other}}}`)).toThrow('would share');
    expect(planUndo(text, read(text)).steps).toMatchObject([{ kind: 'skip' }, { kind: 'keep' }]);
  });

  it('refuses the log of a server that is not chosen', () => {
    const text = '{"mcpServers":{"a":{"command":"x"},"b":{"command":"y"}}}';
    const only = (name: string, config: string) => {
      const all = read(config);
      return planWrap(
        config,
        all.filter((server) => server.name === name),
        {
          ...OPTIONS,
          audit: '/one.jsonl',
          others: all.filter((server) => server.name !== name),
        },
      );
    };
    const once = only('a', text).text;
    expect(() => only('b', once)).toThrow('`a` and `b` would share the audit log /one.jsonl');
    expect(only('a', once).steps).toMatchObject([{ kind: 'keep' }]);
  });

  it.each([
    ['aip'],
    ['aip.cmd'],
    ['node', '/opt/aip/aip.js'],
    ['C:\\node\\node.exe', 'C:\\aip\\aip.js'],
    ['npx', '@agentpolicy/cli'],
    ['npx', '-y', '@agentpolicy/cli@1.2.3'],
    ['pnpm', 'dlx', '@agentpolicy/cli'],
    ['yarn', 'dlx', '@agentpolicy/cli'],
  ])('knows itself again, started by %s %s %s', (program, ...args) => {
    expect(isLauncher({ program, args })).toBe(true);
    const text = '{"mcpServers":{"a":{"command":"x","args":["--","aip","proxy"]}}}';
    const once = wrap(text, { launcher: { program, args } }).text;
    expect(once).not.toBe(text);
    expect(wrap(once).steps).toMatchObject([{ kind: 'keep' }]);
    expect(undo(once)).toBe(text);
  });

  it.each([
    ['another package', ['npx', '-y', 'evil-server', 'aip']],
    ['a program of the name somewhere', ['/tmp/x/aip']],
    ['a shell', ['sh', '-c', 'evil', 'aip']],
    ['a package behind another', ['npx', '-y', 'evil', '@agentpolicy/cli']],
    ['a package of a like name', ['npx', '@agentpolicy/cli2']],
    ['a flag that changes what runs', ['node', '--import=/tmp/evil.mjs', '/opt/aip.js']],
    ['another runner', ['bash', '/opt/aip.js']],
    ['a variable', ['env', 'A=1', 'aip']],
    ['a word `proxy` before it', ['corepack', 'proxy', 'aip']],
    ['nothing', []],
  ])('takes %s for a server, and not for itself', (_, words) => {
    const [program = '', ...args] = words;
    expect(isLauncher({ program, args })).toBe(false);
    expect(readProxyCall([...words, 'proxy', '--policy', '/dev/null', '--', 'x'])).toBeNull();
  });

  it.each([
    ['no policy', ['proxy', '--', 'evil'], 'without a policy'],
    ['no policy’s name', ['proxy', '--policy=', '--', 'evil'], 'without a policy'],
    ['no server', ['proxy', '--policy', 'p.yaml'], 'without a server'],
    ['no server behind --', ['proxy', '--policy', 'p.yaml', '--'], 'without a server'],
  ])('tells of a proxy that enforces nothing: %s', (_, args, reason) => {
    const text = JSON.stringify({ mcpServers: { a: { command: 'aip', args } } });
    expect(wrap(text)).toMatchObject({
      text,
      steps: [{ kind: 'skip', reason: expect.stringContaining(reason) }],
    });
  });

  it.each([[['--target', 'x y']], [['--upstream', 'https://x/mcp']]])(
    'leaves a proxy with a policy and %j as it is',
    (flags) => {
      const args = ['proxy', '--policy', 'p.yaml', ...flags];
      const text = JSON.stringify({ mcpServers: { a: { command: 'aip', args } } });
      expect(wrap(text).steps).toMatchObject([{ kind: 'keep' }]);
    },
  );

  it('reads the option that the proxy takes: the last one', () => {
    const call = readProxyCall(['aip', 'proxy', '--policy', 'a', '--policy=b', '--audit=c', '--audit', 'd']);
    expect([call?.option('--policy'), call?.option('--audit'), call?.option('--pin')]).toEqual([
      'b',
      'd',
      undefined,
    ]);
  });
});

describe('the names of a server’s files', () => {
  it('are the server’s, where that can be', () => {
    expect(fileStem({ name: 'git-hub2', part: '' })).toBe('git-hub2');
  });

  it('differ for two servers, also where case is folded', () => {
    const names = [
      'files',
      'Files',
      'fi les',
      'fi-les',
      '../files',
      '..',
      '',
      'nul',
      'ﬁles',
      'a'.repeat(300),
    ];
    const stems = names.flatMap((name) => [fileStem({ name, part: '' }), fileStem({ name, part: '/p' })]);
    expect(new Set(stems).size).toBe(2 * names.length);
    for (const stem of stems) expect(stem).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(stems).not.toContain('nul');
  });
});

describe('the audit log of a server', () => {
  it('is another one for each configuration, the policy is one', () => {
    const configs = [
      '/w/mcp.json',
      '/w/.mcp.json',
      '/w/MCP.json',
      '/w/mcp',
      '/w/mcp.jsonc',
      '/other/mcp.json',
    ];
    const files = configs.map((config) => serverFiles('/w/.aip', config, { name: 'files', part: '' }));
    expect(new Set(files.map(({ audit }) => audit.toLowerCase())).size).toBe(configs.length);
    expect(new Set(files.map(({ policy }) => policy))).toEqual(new Set(['/w/.aip/files.yaml']));
    expect(files[0]?.audit).toBe('/w/.aip/files.mcp.audit.jsonl');
  });
});

describe('any configuration', () => {
  const word = fc.string({ maxLength: 12 });
  const comment = fc.constantFrom('', ' ', '\n', '/* a "b" ] */', '// x }\n');
  const server = fc
    .tuple(
      word.filter((text) => text !== ''),
      fc.option(fc.array(word, { maxLength: 4 })),
      comment,
      comment,
    )
    .map(([program, args, before, behind]) => {
      const list = args?.map((each) => before + JSON.stringify(each) + behind).join(',');
      return `{${before}"command"${behind}:${JSON.stringify(program)}${list === undefined ? '' : `,"args":[${list}]`}}`;
    });
  const config = fc
    .uniqueArray(fc.tuple(word, server), { selector: ([name]) => name, maxLength: 4 })
    .map(
      (servers) =>
        `{"mcpServers":{${servers.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}}`,
    );

  it('is as it was after wrapping and undoing', () => {
    fc.assert(
      fc.property(config, (text) => {
        const words = started(text);
        const wrapped = wrap(text).text;
        expect(started(wrapped).map((got) => got.slice(PREFIX.length))).toEqual(words);
        expect(undo(wrapped)).toBe(text);
      }),
    );
  });

  it('loses its comments only', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(blankComments(text)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(blankComments(text)).toHaveLength(text.length);
      }),
    );
  });
});
