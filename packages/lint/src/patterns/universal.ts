import type { PatternModel } from '../model/pattern-model.ts';

/** Texts that no argument's pattern has a reason to accept all of. */
export const HOSTILE_TEXTS: readonly string[] = [
  '; rm -rf ~',
  '../../etc/passwd',
  'https://evil.example/?q=$(id)',
  "x' OR 1=1 --",
  '{"a":["b"]}',
  '~/.ssh/id_rsa',
];

const judged = new WeakMap<PatternModel, boolean>();

/** The pattern accepts everything, or so much that it constrains nothing. Asked by several rules, so remembered. */
export function isNearlyUniversal(pattern: PatternModel): boolean {
  let answer = judged.get(pattern);
  if (answer === undefined) {
    answer = pattern.pattern !== undefined && HOSTILE_TEXTS.every((text) => pattern.accepts(text));
    judged.set(pattern, answer);
  }
  return answer;
}
