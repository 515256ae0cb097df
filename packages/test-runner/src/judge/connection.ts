import type { Engine } from '@agentpolicy/engine';
import {
  createSession,
  FreeRetries,
  forwardText,
  joinBatch,
  type Message,
  type MessageId,
  refuseReserved,
  type Session,
  type Side,
  type SingleVerdict,
} from '@agentpolicy/message';
import type { VirtualClock } from '../time/virtual-clock.ts';
import { CallJudge } from './call-judge.ts';
import { answerPassed, linesOf, refusedByProtocol } from './describe-judged.ts';
import type { Judged } from './judgement.ts';
import { ServerJudge } from './server-judge.ts';
import type { Approver } from './simulate-approval.ts';
import { ToolDefinitions } from './tool-definitions.ts';

export interface ConnectionOptions {
  readonly engine: Engine;
  /** Null: a call that has to be approved stays an open question, decision `ASK`. */
  readonly approver: Approver | null;
  /** What approvals wait by. */
  readonly clock: VirtualClock;
  /** In enforce mode, tools that can't be called are taken out of the server's lists. Off unless told. */
  readonly filterTools?: boolean;
  /**
   * A server answers here, whose definitions are held against `schema_hash`. Without one, tools are taken to be defined
   * as the policy wants. On unless told.
   */
  readonly hasServer?: boolean;
}

/** A connection that nothing is sent over: it decides about each message as the proxy would. */
export interface Connection {
  /** What became of the message; of a batch, what became of each message in it. */
  receive(message: Message): readonly Judged[];
  /** A request of the client's was answered in a way that no message tells. */
  close(request: MessageId): void;
}

/** Starts a connection that nothing was said on yet. */
export function createConnection(options: ConnectionOptions): Connection {
  return new JudgedConnection(options);
}

/** The lines that reach a side because of a message: what is left of a batch goes on as a batch. */
export function listLines(judged: readonly Judged[], side: Side): readonly string[] {
  const lines = judged.flatMap((each) => linesOf(each, side));
  return lines.length > 0 && judged.every((each) => each.inBatch) ? [joinBatch(lines)] : lines;
}

/** The arguments that the policy constrains, by the tool's normalized name. */
function listConstrained({ table }: Engine): (tool: string) => readonly string[] {
  const byTool = new Map(
    table.tools.map((tool) => [tool.name, table.rows[tool.row]?.args.map((arg) => arg.name) ?? []]),
  );
  return (tool) => byTool.get(tool) ?? [];
}

class JudgedConnection implements Connection {
  private readonly session: Session;
  private readonly definitions: ToolDefinitions | null;
  private readonly client: CallJudge;
  private readonly server: ServerJudge;

  constructor({ engine, approver, clock, filterTools = false, hasServer = true }: ConnectionOptions) {
    this.session = createSession({ constrained: listConstrained(engine) });
    const retries = new FreeRetries();
    this.definitions = hasServer ? new ToolDefinitions(engine.table) : null;
    const { definitions } = this;
    this.client = new CallJudge({ engine, approver, clock, definitions, retries });
    this.server = new ServerJudge({ engine, retries, definitions, filterTools });
  }

  receive(message: Message): readonly Judged[] {
    const verdict = this.session.receive(refuseReserved(message));
    if (verdict.action !== 'batch') return [this.judge(verdict)];
    return verdict.elements.map((element) => ({ ...this.judge(element), inBatch: true }));
  }

  close(request: MessageId): void {
    this.session.closeRequest('client', request);
  }

  private judge(verdict: SingleVerdict): Judged {
    if (verdict.action !== 'forward') return refusedByProtocol(verdict);
    const { message, opened } = verdict;
    if (message.kind === 'response')
      return message.from === 'server'
        ? this.server.judgeAnswer(verdict, message)
        : answerPassed(verdict, message, [], () => forwardText(message, verdict.edits));
    if (message.from === 'server' && message.normalizedMethod === 'notifications/tools/list_changed')
      this.definitions?.forget();
    const judged =
      message.from === 'client'
        ? this.client.judge(verdict, message)
        : this.server.judgeCall(verdict, message);
    if (opened === undefined) return judged;
    if (judged.forward === null && judged.decision !== 'ASK')
      this.session.closeRequest(message.from, opened.id);
    else if (message.kind === 'request' && message.normalizedMethod === 'tools/list')
      this.definitions?.asked(opened, message);
    return judged;
  }
}
