import { spawnSync } from 'node:child_process';
import { type Folder, makeFolder } from '../lint/lint-in-folder.ts';

/** A repository for a test, with an identity and nobody's configuration. */
export interface GitFolder extends Folder {
  /** Runs git and gives what it prints, trimmed. */
  git(...args: readonly string[]): string;
  /** Commits all that is there, and tags it. */
  commit(tag: string): void;
}

const ENVIRONMENT = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@example.com',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@example.com',
};

/** Runs git in a folder. */
export function git(cwd: string, ...args: readonly string[]): string {
  const allow = ['-c', 'protocol.file.allow=always', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...allow, ...args], { cwd, env: ENVIRONMENT });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.toString('utf8')}`);
  return stdout.toString('utf8').trim();
}

/** A new repository with the given files, on the branch `main`, not yet committed. */
export function makeGitFolder(files: Readonly<Record<string, string>>): GitFolder {
  const folder = makeFolder(files);
  const run = (...args: readonly string[]): string => git(folder.path, ...args);
  run('init', '-q', '-b', 'main');
  return {
    ...folder,
    git: run,
    commit(tag) {
      run('add', '-A');
      run('commit', '-q', '--allow-empty', '-m', tag);
      run('tag', tag);
    },
  };
}

/** A small policy that allows some tools. */
export function writePolicy(name: string, ...tools: readonly string[]): string {
  return `apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata:\n  name: ${name}\nspec:\n  allowed_tools: [${tools.join(', ')}]\n`;
}
