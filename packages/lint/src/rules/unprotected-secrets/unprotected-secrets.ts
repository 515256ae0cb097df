import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { isPathArgument } from '../../facts/argument-kinds.ts';
import { isDeclaration } from '../../facts/declaration.ts';
import { listNames } from '../../facts/list-names.ts';
import { normalizePath } from '../../facts/paths.ts';
import { isExecutingTool, isFileTool } from '../../facts/tool-kinds.ts';
import type { PermittedTool } from '../../model/policy-model.ts';

export const unprotectedSecrets: Rule = {
  meta: {
    name: 'unprotected-secrets',
    category: 'security',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: 'Tools can read any file, and the usual places of secrets are not protected.',
    options: {
      paths: {
        type: 'strings',
        default: ['~/.ssh', '.env', '~/.aws', '~/.config/gcloud', '~/.azure', '~/.kube'],
        description: 'what should be protected',
      },
    },
  },
  *check(model, options) {
    const readers = model.permitted.filter(readsAnyFile);
    if (readers.length === 0) return;
    const covered = model.protectedPaths.map(({ path }) => normalizePath(path));
    const wanted = options.strings('paths').map(normalizePath);
    const missing = wanted.filter((path) => !covered.some((cover) => covers(cover, path)));
    if (missing.length === 0) return;
    yield {
      place: atKey(model.protectedPaths.length > 0 ? '/spec/protected_paths' : '/spec'),
      message: `${listNames(readers.map(({ tool }) => tool))} can reach ${listNames(missing)}`,
      help: 'add them to `protected_paths`, or constrain the path in `allow_args`',
    };
  },
};

function readsAnyFile({ tool, rule }: PermittedTool): boolean {
  if (!isFileTool(tool) && !isExecutingTool(tool)) return false;
  if (rule === undefined) return true;
  return !rule.arguments.some(
    (argument) => !isDeclaration(rule, argument) && (isExecutingTool(tool) || isPathArgument(argument.name)),
  );
}

/** A protected path covers what lies at it and below it, and parts of it that are named count as known. */
function covers(cover: string, path: string): boolean {
  return (
    path === cover ||
    path.startsWith(`${cover}/`) ||
    cover.startsWith(`${path}/`) ||
    cover === '~' ||
    cover === '/'
  );
}
