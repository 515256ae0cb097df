import type { TextIndex } from '@agentpolicy/core';
import type { SourceComment } from '@agentpolicy/spec';

/** `# aip-ignore: rule[, rule] -- reason` */
export interface IgnoreComment {
  readonly comment: SourceComment;
  /** The line whose findings it is about. */
  readonly target: number;
  readonly content: IgnoreContent;
}

export type IgnoreContent =
  | { readonly kind: 'rules'; readonly rules: readonly NamedRule[]; readonly reason: string }
  | { readonly kind: 'malformed'; readonly problem: string };

export interface NamedRule {
  readonly name: string;
  /** Where the name begins, in units behind the comment's `#`. */
  readonly at: number;
}

const MARK = 'aip-ignore';

/**
 * Finds the ignores among a text's comments. One behind a value is about its own line; one on a line of its own is
 * about the next line that holds more than a comment.
 */
export function readIgnores(comments: readonly SourceComment[], index: TextIndex): readonly IgnoreComment[] {
  const findTarget = createTargetFinder(index);
  return comments.flatMap((comment): readonly IgnoreComment[] => {
    const content = readContent(comment.text);
    return content === undefined ? [] : [{ comment, target: findTarget(comment), content }];
  });
}

/** Looks at each line once, however many comments stand below each other. */
function createTargetFinder(index: TextIndex): (comment: SourceComment) => number {
  /** From a line that holds only a comment to the next one that holds more. */
  const known = new Map<number, number>();
  return (comment) => {
    const before = index.lineText(comment.line).slice(0, comment.column - 1);
    if (before.trim() !== '') return comment.line;
    const passed: number[] = [];
    let line = comment.line + 1;
    while (line <= index.lineCount && index.lineText(line).trimStart().startsWith('#')) {
      const target = known.get(line);
      if (target !== undefined) {
        line = target;
        break;
      }
      passed.push(line++);
    }
    for (const each of passed) known.set(each, line);
    return line;
  };
}

/** Undefined for a comment that is about something else. */
function readContent(text: string): IgnoreContent | undefined {
  const trimmed = text.trimStart();
  if (!trimmed.startsWith(MARK)) return undefined;
  const rest = trimmed.slice(MARK.length);
  // `aip-ignored tools` is prose.
  if (/^[A-Za-z0-9_]/.test(rest)) return undefined;
  if (!rest.startsWith(':')) return malformed('a colon is missing behind `aip-ignore`');
  const dash = rest.indexOf('--');
  const list = rest.slice(1, dash === -1 ? undefined : dash);
  const rules = readNames(list, text.length - rest.length + 1);
  if (rules.length === 0) return malformed('it names no rule');
  const reason = dash === -1 ? '' : rest.slice(dash + 2).trim();
  return reason === '' ? malformed('it gives no reason') : { kind: 'rules', rules, reason };
}

function malformed(problem: string): IgnoreContent {
  return { kind: 'malformed', problem };
}

function readNames(list: string, start: number): readonly NamedRule[] {
  const found: NamedRule[] = [];
  let at = start;
  for (const part of list.split(',')) {
    const name = part.trim();
    if (name !== '') found.push({ name, at: at + part.length - part.trimStart().length });
    at += part.length + 1;
  }
  return found;
}
