import { afterEach, describe, expect, it } from 'vitest';
import { runLint } from '../../src/commands/lint.ts';
import { runToEnd } from '../aip.ts';
import { CLEAN, captureContext, type Folder, makeFolder, TWICE } from './lint-in-folder.ts';

const MISSPELT = TWICE.replace('allowed_tools', 'allowed_tols');

/** A ConfigMap around a policy, as a file on its own. */
const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: agents
data:
  agent.yaml: |
${TWICE.replaceAll(/^/gm, '    ').trimEnd()}
        - create_issue
`;

describe('aip lint --fix-dry-run', () => {
  let folder: Folder | undefined;
  afterEach(() => folder?.remove());

  it('prints what would change, and changes nothing', async () => {
    folder = makeFolder({ 'a.yaml': TWICE, 'b.yaml': CLEAN });
    const captured = captureContext(folder.path);
    expect(await runLint(captured.context, ['.'], { fixDryRun: true })).toBe(1);
    expect(captured.stdout()).toBe(
      `--- a/a.yaml
+++ b/a.yaml
@@ -5,4 +5,3 @@
 spec:
   allowed_tools:
     - list_issues
-    - list_issues
`,
    );
    expect(captured.stderr()).toBe('aip: 1 repair in 1 file would be applied, 0 findings would be left\n');
    expect(folder.read('a.yaml')).toBe(TWICE);
  });

  it.each([
    ['lines of Unix', 'a.yaml', TWICE],
    ['lines of Windows', 'a.yaml', TWICE.replaceAll('\n', '\r\n')],
    ['no line break at the end', 'a.yaml', TWICE.trimEnd()],
    ['a byte order mark', 'a.yaml', `\ufeff${TWICE}`],
    ['a name with spaces', 'of a team/a policy.yaml', TWICE],
    ['a ConfigMap', 'map.yaml', CONFIG_MAP],
  ])('prints a diff that makes of the file what --fix makes of it: %s', async (_, name, text) => {
    folder = makeFolder({ [name]: text });
    const captured = captureContext(folder.path);
    expect(await runLint(captured.context, ['.'], { fixDryRun: true })).toBe(1);
    expect(folder.read(name)).toBe(text);
    const input = captured.stdout();
    expect(await runToEnd('git', ['apply', '-'], { cwd: folder.path, input })).toMatchObject({
      status: 0,
      stderr: '',
    });
    const applied = folder.read(name);
    folder.write(name, text);
    await runLint(captureContext(folder.path).context, ['.'], { fix: 'safe' });
    expect(folder.read(name)).toBe(applied);
    expect(applied).not.toBe(text);
  });

  it('is clean where nothing would change and nothing is left', async () => {
    folder = makeFolder({ 'a.yaml': CLEAN });
    const captured = captureContext(folder.path);
    expect(await runLint(captured.context, ['.'], { fixDryRun: true })).toBe(0);
    expect(captured.stdout()).toBe('');
  });

  it('fails where nothing would change and a failure is left', async () => {
    folder = makeFolder({ 'a.yaml': MISSPELT });
    const captured = captureContext(folder.path);
    expect(await runLint(captured.context, ['.'], { fixDryRun: true })).toBe(1);
    expect(captured.stdout()).toBe('');
    expect(captured.stderr()).toBe('aip: 0 repairs in 0 files would be applied, 1 finding would be left\n');
  });

  it('shows what --fix=unsafe would do', async () => {
    folder = makeFolder({ 'a.yaml': MISSPELT });
    const captured = captureContext(folder.path);
    expect(await runLint(captured.context, ['.'], { fix: 'unsafe', fixDryRun: true })).toBe(1);
    expect(captured.stdout()).toContain('\n-  allowed_tols:\n');
    expect(captured.stdout()).toContain('\n+  allowed_tools:\n');
    expect(folder.read('a.yaml')).toBe(MISSPELT);
  });

  it.each([
    ['--format', { format: ['json'] }],
    ['--update-baseline', { baseline: 'b.json', updateBaseline: true }],
  ])('is not combined with %s', async (name, flags) => {
    folder = makeFolder({ 'a.yaml': TWICE });
    const run = runLint(captureContext(folder.path).context, ['.'], { ...flags, fixDryRun: true });
    await expect(run).rejects.toThrow(`\`--fix-dry-run\` can not be combined with \`${name}\``);
  });
});
