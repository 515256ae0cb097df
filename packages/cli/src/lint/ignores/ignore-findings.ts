import type { Diagnostic, Fix, TextIndex } from '@agentpolicy/core';
import type { SourceComment } from '@agentpolicy/spec';
import type { NamedRule } from './read-ignores.ts';

const FORM = 'write `# aip-ignore: rule-name -- why the finding is no problem here`';

/** Collects what is wrong with the ignores of one text. */
export interface IgnoreFindings {
  addMalformed(comment: SourceComment, problem: string): void;
  /** `findNearest` is asked only for what is shown. */
  addUnknown(comment: SourceComment, rule: NamedRule, findNearest: () => string | undefined): void;
  /** `whole`: nothing that the comment names is needed, so that it can go. */
  addStale(comment: SourceComment, rule: NamedRule, whole: boolean): void;
  list(): readonly Diagnostic[];
}

/** So many findings of one code are shown for a text, as of a rule: nobody reads more, and each takes time and memory. */
const MAX_FINDINGS = 1_000;

export function createIgnoreFindings(file: string, index: TextIndex): IgnoreFindings {
  const found: Diagnostic[] = [];
  const counts = new Map<string, number>();
  const starts = listLineStarts(index.text);
  const offsetOf = (comment: SourceComment): number => (starts[comment.line - 1] ?? 0) + comment.column - 1;
  const add = (
    span: { readonly start: number; readonly end: number },
    part: Pick<Diagnostic, 'code' | 'severity' | 'message' | 'fixes'> & { readonly help: string },
  ): void => {
    const count = (counts.get(part.code) ?? 0) + 1;
    counts.set(part.code, count);
    if (count > MAX_FINDINGS + 1) return;
    const location = { file, pointer: '', range: index.rangeAt(span.start, span.end) };
    found.push({ ...(count > MAX_FINDINGS ? reportTooMany(part.code) : part), location, related: [] });
  };
  const isFull = (code: string): boolean => (counts.get(code) ?? 0) >= MAX_FINDINGS;
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
    addUnknown(comment, rule, findNearest) {
      const nearest = isFull('unknown-ignore') ? undefined : findNearest();
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

/** An error, whatever the finding's severity: the others are not told. */
function reportTooMany(code: string): Pick<Diagnostic, 'code' | 'severity' | 'message' | 'fixes' | 'help'> {
  return {
    code: 'too-many-findings',
    severity: 'error',
    message: `there are more than ${MAX_FINDINGS} findings of \`${code}\`: from here on they are not shown`,
    help: 'correct these first',
    fixes: [],
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
