import { getMember, type JsonObject, quoteJson, readJson } from '@agentpolicy/core';
import type { ApprovalRequest } from './approver.ts';
import { fitArguments, TOO_MANY_ARGUMENTS } from './fit-arguments.ts';

/** Bytes of one line between a proxy and a console. */
export const MAX_LINE = 4 * 1024 * 1024;

/** As many characters of the arguments go to a console. */
const MAX_ARGUMENTS = 256 * 1024;

/** What a console is told of a question. */
export type QuestionLine = Omit<ApprovalRequest, 'key'>;

/** What a proxy sends: a question, and perhaps that its answer is no longer wanted. */
export type ProxyLine =
  | { readonly type: 'ask'; readonly question: QuestionLine }
  | { readonly type: 'close' };

/** What a console sends. */
export interface ConsoleLine {
  readonly type: 'answer';
  readonly approve: boolean;
}

/** Version of these lines. */
const PROTOCOL = 1;

export const CLOSE_LINE = '{"type":"close"}\n';

export function formatQuestion(question: QuestionLine): string {
  const { tool, argsText, rule, line, policy, policyFile, target, timeLimit } = question;
  const args = argsText === null ? null : (fitArguments(argsText, MAX_ARGUMENTS) ?? TOO_MANY_ARGUMENTS);
  const place =
    (line === undefined ? '' : `,"line":${line}`) +
    (policyFile === undefined ? '' : `,"file":${quoteJson(policyFile)}`);
  return (
    `{"type":"ask","protocol":${PROTOCOL},"tool":${quoteJson(tool)},"arguments":${JSON.stringify(args)}` +
    `,"rule":${quoteJson(rule)},"policy":${quoteJson(policy)}${place}` +
    `,"target":${quoteJson(target)},"timeLimit":${timeLimit}}\n`
  );
}

export function formatAnswer({ approve }: ConsoleLine): string {
  return `{"type":"answer","approve":${approve}}\n`;
}

/** Null for whatever is not exactly an answer. */
export function readAnswer(text: string): ConsoleLine | null {
  const line = readLine(text);
  const approve = line === null ? undefined : getMember(line, 'approve');
  if (line === null || textOf(line, 'type') !== 'answer' || approve?.kind !== 'boolean') return null;
  return { type: 'answer', approve: approve.value };
}

/** Null for what is no line of a proxy that speaks this protocol. */
export function readProxyLine(text: string): ProxyLine | null {
  const line = readLine(text);
  if (line === null) return null;
  const type = textOf(line, 'type');
  if (type === 'close') return { type };
  const question = type === 'ask' ? readQuestion(line) : null;
  return question === null ? null : { type: 'ask', question };
}

function readQuestion(json: JsonObject): QuestionLine | null {
  const protocol = getMember(json, 'protocol');
  if (protocol?.kind !== 'number' || protocol.literal !== String(PROTOCOL)) return null;
  const [tool, rule, policy, target] = ['tool', 'rule', 'policy', 'target'].map((key) => textOf(json, key));
  const args = getMember(json, 'arguments');
  const timeLimit = getMember(json, 'timeLimit');
  if (tool === undefined || rule === undefined || policy === undefined || target === undefined) return null;
  if ((args?.kind !== 'string' && args?.kind !== 'null') || timeLimit?.kind !== 'number') return null;
  const argsText = args.kind === 'string' ? args.value : null;
  return { tool, argsText, rule, policy, target, timeLimit: Number(timeLimit.literal), ...readPlace(json) };
}

/** Where the rule stands, as far as the proxy says it. */
function readPlace(json: JsonObject): Pick<QuestionLine, 'line' | 'policyFile'> {
  const line = getMember(json, 'line');
  const policyFile = textOf(json, 'file');
  return {
    ...(line?.kind === 'number' && /^[1-9]\d{0,8}$/.test(line.literal) ? { line: Number(line.literal) } : {}),
    ...(policyFile === undefined ? {} : { policyFile }),
  };
}

function readLine(text: string): JsonObject | null {
  const read = readJson(text, { maxDepth: 4 });
  return read.ok && read.value.kind === 'object' ? read.value : null;
}

function textOf(line: JsonObject, key: string): string | undefined {
  const value = getMember(line, key);
  return value?.kind === 'string' ? value.value : undefined;
}
