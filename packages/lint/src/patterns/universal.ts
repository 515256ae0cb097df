import type { PatternModel } from '../model/pattern-model.ts';
import { lacksPrefix } from './shape.ts';

/** Texts that no argument's pattern has a reason to accept all of. */
export const HOSTILE_TEXTS: readonly string[] = [
  '; rm -rf ~',
  '../../etc/passwd',
  'https://evil.example/?q=$(id)',
  "x' OR 1=1 --",
  '{"a":["b"]}',
  '~/.ssh/id_rsa',
];

/** Most patterns are ruled out by the character that they start with, without an automaton. */
function judge({ pattern, accepts }: PatternModel): boolean {
  if (pattern === undefined || HOSTILE_TEXTS.some((text) => lacksPrefix(pattern.root, text))) return false;
  return HOSTILE_TEXTS.every(accepts);
}

const judged = new WeakMap<PatternModel, boolean>();

/** The pattern accepts everything, or so much that it constrains nothing. Asked by several rules, so remembered. */
export function isNearlyUniversal(pattern: PatternModel): boolean {
  let answer = judged.get(pattern);
  if (answer === undefined) {
    answer = judge(pattern);
    judged.set(pattern, answer);
  }
  return answer;
}
