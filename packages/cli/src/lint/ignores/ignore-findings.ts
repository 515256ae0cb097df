import type { Diagnostic, Fix, TextIndex } from '@agentpolicy/core';
import type { SourceComment } from '@agentpolicy/spec';
import type { NamedRule } from './read-ignores.ts';

const FORM = 'write `# aip-ignore: rule-name -- why the finding is no problem here`';

/** Collects what is wrong with the ignores of one text. */
export interface IgnoreFindings {
  addMalformed(comment: SourceComment, problem: string): void;
  addUnknown(comment: SourceComment, rule: NamedRule, nearest: string | undefined): void;
  /** `whole`: nothing that the comment names is needed, so that it can go. */
  addStale(comment: SourceComment, rule: NamedRule, whole: boolean): void;
  list(): readonly Diagnostic[];
}

export function createIgnoreFindings(file: string, index: TextIndex): IgnoreFindings {
  const found: Diagnostic[] = [];
  const starts = listLineStarts(index.text);
  const offsetOf = (comment: SourceComment): number => (starts[comment.line - 1] ?? 0) + comment.column - 1;
  const add = (
    span: { readonly start: number; readonly end: number },
    part: Pick<Diagnostic, 'code' | 'severity' | 'message' | 'fixes'> & { readonly help: string },
  ): void => {
    const location = { file, pointer: '', range: index.rangeAt(span.start, span.end) };
    found.push({ ...part, location, related: [] });
  };
  const spanOfRule = (comment: SourceComment, { at, name }: NamedRule) => {
    const start = offsetOf(comment) + 1 + at;
    return { start, end: start + name.length };
  };
  return {
    addMalformed(comment, problem) {
      const start = offsetOf(comment);
      add(
        { start, end: start + comment.text.trimEnd().length + 1 },
        {
          code: 'malformed-ignore',
          severity: 'error',
          message: `this ignore has no effect: ${problem}`,
          help: FORM,
          fixes: [],
        },
      );
    },
    addUnknown(comment, rule, nearest) {
      add(spanOfRule(comment, rule), {
        code: 'unknown-ignore',
        severity: 'error',
        message: `there is no rule \`${rule.name}\` to ignore`,
        help: nearest === undefined ? '`aip rules` lists the rules' : `did you mean \`${nearest}\`?`,
        fixes: [],
      });
    },
    addStale(comment, rule, whole) {
      add(spanOfRule(comment, rule), {
        code: 'stale-ignore',
        severity: 'warning',
        message: `\`${rule.name}\` finds nothing here that would have to be ignored`,
        help: 'remove the ignore, so that it hides nothing later',
        fixes: whole ? [removeComment(index.text, offsetOf(comment), comment)] : [],
      });
    },
    list: () => found,
  };
}

function listLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The comment with the white space before it; its whole line where nothing else is on it. */
function removeComment(text: string, offset: number, comment: SourceComment): Fix {
  const end = offset + 1 + comment.text.trimEnd().length;
  let start = offset;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
  const isAlone = start === 0 || text[start - 1] === '\n';
  const lineBreak = text.indexOf('\n', end);
  const edit = isAlone
    ? { start, end: lineBreak === -1 ? text.length : lineBreak + 1, newText: '' }
    : { start, end, newText: '' };
  return { title: 'remove the ignore', safety: 'safe', edits: [edit] };
}
