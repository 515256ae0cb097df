import type { CharNode } from '@agentpolicy/regex';
import { atSpan } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import type { PatternModel } from '../../model/pattern-model.ts';
import { walkPattern } from '../../patterns/shape.ts';

export const suspiciousRange: Rule = {
  meta: {
    name: 'suspicious-range',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A range in a character class holds more than it looks like, such as `[A-z]`.',
    options: {},
  },
  *check(model) {
    for (const { argument } of model.constrained) yield* checkPattern(argument.pointer, argument.pattern);
    for (const { pointer, pattern } of model.dlpPatterns) yield* checkPattern(`${pointer}/regex`, pattern);
  },
};

function* checkPattern(pointer: string, { pattern, source }: PatternModel): Iterable<Finding> {
  if (pattern === undefined || !source.includes('[')) return;
  for (const node of walkPattern(pattern.root)) {
    if (node.type === 'char' && node.form === 'class') yield* checkClass(pointer, source, node);
  }
}

function* checkClass(pointer: string, source: string, node: CharNode): Iterable<Finding> {
  for (let at = node.start + 1; at + 2 < node.end; at++) {
    if (source[at] === '\\') {
      at++;
      continue;
    }
    const from = source[at] ?? '';
    const to = source[at + 2] ?? '';
    if (source[at + 1] !== '-' || to === ']' || to === '\\' || to === '[') continue;
    const surprise = findSurprise(from, to);
    if (surprise !== undefined) {
      const text = `${from}-${to}`;
      yield {
        place: atSpan(pointer, at, at + 3),
        message: `the range ${quote(text)} also holds ${quote(surprise)}`,
        help: /[A-Z]/.test(from)
          ? 'write `A-Za-z` for letters'
          : 'put a backslash before the `-`, or put it at the end of the class',
      };
    }
    at += 2;
  }
}

/** The characters that nobody expects between the two; undefined where the range is as it looks. */
function findSurprise(from: string, to: string): string | undefined {
  if (/[A-Z]/.test(from) && /[a-z]/.test(to)) return between('Z', 'a');
  // A range of marks is nearly always a hyphen that was to be one; from the space or `!` it is all of ASCII.
  if (/[#-/:-@[-`]/.test(from) && /[#-/:-@[-`{-~]/.test(to) && to > from) return between(from, to);
  return undefined;
}

/** The characters between two, both exclusive; the first few of many. */
function between(from: string, to: string): string {
  let text = '';
  for (let code = from.charCodeAt(0) + 1; code < to.charCodeAt(0) && text.length < 8; code++) {
    text += String.fromCharCode(code);
  }
  return text === '' ? `${from}${to}` : text;
}
