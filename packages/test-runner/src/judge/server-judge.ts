import { getMember, type JsonObject, readJson, type TextEdit } from '@agentpolicy/core';
import type { Engine, MessageScan } from '@agentpolicy/engine';
import {
  escapeSeparators,
  type ForwardVerdict,
  type FreeRetries,
  forwardText,
  type NotificationMessage,
  type OpenRequest,
  type RequestMessage,
  type ResponseMessage,
  readInputRequests,
  readToolPage,
  replaceValue,
} from '@agentpolicy/message';
import { methodDenied, protocolError, REDACTION_FAILED, type Subject } from './answers.ts';
import {
  answerAsker,
  answerPassed,
  answerTo,
  blocked,
  describe,
  redactionFailed,
  toolOf,
} from './describe-judged.ts';
import type { Judged } from './judgement.ts';
import type { ToolDefinitions } from './tool-definitions.ts';

export interface ServerJudgeOptions {
  readonly engine: Engine;
  readonly retries: FreeRetries;
  /** Null where no list is looked at. */
  readonly definitions: ToolDefinitions | null;
  /** In enforce mode, tools that can't be called are taken out of lists. */
  readonly filterTools: boolean;
}

/** What stands against an answer. */
interface Objection {
  readonly error: NonNullable<Judged['error']>;
  readonly subject: Subject;
}

/** Judges what a server sends: its answers, its own requests, its notifications. */
export class ServerJudge {
  private readonly options: ServerJudgeOptions;
  private readonly denied: ReadonlySet<string>;
  private readonly filter: boolean;

  constructor(options: ServerJudgeOptions) {
    const { engine, filterTools } = options;
    this.options = options;
    this.denied = new Set(engine.table.methods.denied.map((method) => method.name));
    this.filter = filterTools && engine.table.policy.mode === 'enforce';
  }

  /** Requests of the server's are bound by `denied_methods` only; everything is scanned. */
  judgeCall(verdict: ForwardVerdict, message: RequestMessage | NotificationMessage): Judged {
    const base = describe(message, null);
    const subject: Subject = { key: 'method', name: message.method };
    if (message.kind === 'request' && this.denied.has(message.normalizedMethod)) {
      const error = methodDenied(message.method);
      const { pointer } = this.options.engine.decideMethod(message.method);
      const answer = answerTo(message, error, subject);
      return { ...base, ...blocked({ kind: 'method-refused' }, error), pointer, answer };
    }
    const scan = this.scan(verdict);
    if (scan.text === null)
      return { ...base, ...redactionFailed(scan), answer: answerTo(message, REDACTION_FAILED, subject) };
    return { ...base, events: scan.events, forward: scan.text };
  }

  judgeAnswer(verdict: ForwardVerdict, message: ResponseMessage): Judged {
    const { retries } = this.options;
    const { answers } = verdict;
    const result = message.outcome.kind === 'result' ? message.outcome.value : null;
    const objection = result === null ? null : this.findObjection(verdict, result);
    if (objection !== null) {
      const { error, subject } = objection;
      if (answers !== undefined) retries.answered(answers, null);
      const answer = answerAsker(verdict, error, subject);
      return { ...answerPassed(verdict, message, []), ...blocked({ kind: 'method-refused' }, error), answer };
    }
    const scan = this.scan(this.reviewTools(verdict, message));
    if (answers !== undefined) retries.answered(answers, scan.text === null ? null : result);
    const passed = answerPassed(verdict, message, scan.events, scan.text);
    if (scan.text !== null) return passed;
    const answer = answerAsker(verdict, REDACTION_FAILED, toolOf(verdict));
    return { ...passed, ...redactionFailed(scan), answer };
  }

  /** Requests of the server's inside a result (protocol 2026-07-28) are bound as those outside. */
  private findObjection(
    verdict: ForwardVerdict,
    result: Parameters<typeof readInputRequests>[0],
  ): Objection | null {
    const inputs = readInputRequests(result);
    if (!inputs.ok) return { error: protocolError(-32603, inputs.reason), subject: toolOf(verdict) };
    const denied = inputs.requests.find((each) => this.denied.has(each.normalizedMethod));
    if (denied === undefined) return null;
    return { error: methodDenied(denied.method), subject: { key: 'method', name: denied.method } };
  }

  /** Learns the definitions of a page of tools, and takes out what a client must not see of it. */
  private reviewTools(verdict: ForwardVerdict, message: ResponseMessage): ForwardVerdict {
    const { answers } = verdict;
    if (answers?.normalizedMethod !== 'tools/list' || message.outcome.kind !== 'result') return verdict;
    const edits = this.filterPage(message, answers, message.outcome.value);
    return edits.length === 0 ? verdict : { ...verdict, edits: [...verdict.edits, ...edits] };
  }

  private filterPage(
    message: ResponseMessage,
    request: OpenRequest,
    result: Parameters<typeof readToolPage>[0],
  ): readonly TextEdit[] {
    const { definitions, engine } = this.options;
    if (!this.filter && definitions?.isNeeded !== true) return [];
    const page = readToolPage(result);
    if (page === undefined) return [];
    const wrong = definitions?.learn(request, page);
    if (!this.filter) return [];
    const kept = page.tools.filter(({ name }) => engine.couldAllow(name) && wrong?.has(name) !== true);
    const list = result.kind === 'object' ? getMember(result, 'tools') : undefined;
    if (list === undefined || (kept.length === page.tools.length && page.unreadable.length === 0)) return [];
    const texts = kept.map(({ node }) => message.text.slice(node.start, node.end));
    return [replaceValue(list, `[${texts.join(',')}]`)];
  }

  /** The text that goes on; null where the scanner refuses the message. */
  private scan({ message, edits }: Pick<ForwardVerdict, 'message' | 'edits'>): {
    readonly text: (() => string) | null;
    readonly events: MessageScan['events'];
  } {
    const scanner = this.options.engine.responses;
    if (scanner === null) return { text: () => forwardText(message, edits), events: [] };
    const source = applyEdits(message, edits);
    if (source === null) return { text: null, events: [] };
    const scan = scanner.scanMessage(source.root, source.text);
    switch (scan.kind) {
      case 'clean':
        return { text: () => escapeSeparators(source.text), events: scan.events };
      case 'redacted':
        return { text: () => escapeSeparators(scan.text), events: scan.events };
      case 'refused':
        return { text: null, events: scan.events };
    }
  }
}

/** What is scanned is what is sent: the message with its spelling mended. */
function applyEdits(
  message: ForwardVerdict['message'],
  edits: readonly TextEdit[],
): { readonly root: JsonObject; readonly text: string } | null {
  if (edits.length === 0) return message;
  const text = forwardText(message, edits);
  const read = readJson(text, { maxDepth: Number.MAX_SAFE_INTEGER });
  return read.ok && read.value.kind === 'object' ? { root: read.value, text } : null;
}
