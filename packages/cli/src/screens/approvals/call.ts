import { type JsonNode, readJson } from '@agentpolicy/core';
import type { PendingApproval } from '@agentpolicy/proxy';
import { tame } from '../text/tame.ts';

/** What a proxy says of a call that waits. */
export type Question = Omit<PendingApproval, 'answer' | 'closed'>;

/** A call that somebody is asked about, as the screen shows it: all of its texts are tame. */
export interface AskedCall {
  /** Counted from 1 while the console runs; never used again. */
  readonly id: number;
  readonly tool: string;
  /** One entry an argument; null where the call has none. */
  readonly args: readonly string[] | null;
  /** The policy's file and line where they are known, else its name. */
  readonly place: string;
  readonly rule: string;
  readonly server: string;
  /** When the question is no longer answered; milliseconds of the screen's clock. */
  readonly deadline: number;
}

const MAX_FIELD = 400;

/** Proxies ask for minutes; what says more is no reason to count days. */
const MAX_TIME = 24 * 3_600_000;

/** Takes a question up at a moment of the screen's clock. */
export function takeQuestion(id: number, question: Question, now: number): AskedCall {
  const { timeLimit } = question;
  return {
    id,
    tool: tameField(question.tool),
    args: question.argsText === null ? null : listArguments(question.argsText),
    place: describePlace(question),
    rule: tameField(question.rule),
    server: tameField(question.target),
    deadline: now + (timeLimit > 0 ? Math.min(timeLimit, MAX_TIME) : 0),
  };
}

function tameField(text: string): string {
  return tame(text.length > MAX_FIELD ? `${text.slice(0, MAX_FIELD)}…` : text);
}

/** A compiled table has no lines of its own: the line is the policy's. */
function describePlace({ policy, policyFile, line }: Question): string {
  if (policyFile === undefined) return tameField(`policy ${policy}`);
  const file = tame(policyFile);
  if (line === undefined) return file;
  return file.endsWith('.aip.json') ? `${file}, line ${line} of its policy` : `${file}:${line}`;
}

/** The members of an object, as JSON; else the text. Nothing is left out. */
function listArguments(text: string): readonly string[] {
  const read = readJson(text);
  if (!read.ok || read.value.kind !== 'object') return [tame(text)];
  const source = (node: JsonNode): string => text.slice(node.start, node.end);
  return read.value.members.map(
    ({ keyStart, keyEnd, value }) => `${tame(text.slice(keyStart, keyEnd))}: ${tame(source(value))}`,
  );
}
