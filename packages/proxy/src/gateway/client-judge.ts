import type { DecisionError, Engine, ToolDecision } from '@agentpolicy/engine';
import {
  type ForwardVerdict,
  forwardText,
  type NotificationMessage,
  type RequestMessage,
  type ToolCallParams,
} from '@agentpolicy/message';
import type { AuditRecord } from '../audit/record.ts';
import { printable, quotePrintable } from '../text/printable.ts';
import {
  internalError,
  LIST_UNAVAILABLE,
  NOBODY_TO_ASK,
  requestBlocked,
  requestRedactionFailed,
  type Subject,
} from './answers.ts';
import type { AuditText } from './audit-text.ts';
import { type CallDecision, precedesDefinition, refuseDefinition } from './call-decision.ts';
import { type DecisionFacts, describeDecision } from './decision-record.ts';
import type { FreeRetries } from './free-retries.ts';
import { type Judgement, NO_PROGRESS, type Progress, type RefuseJudgement } from './judgement.ts';
import { describeToolDecision } from './log-lines.ts';
import { maskDecision } from './mask-reason.ts';
import { Remedies } from './remedy.ts';
import { RequestScanner } from './request-scan.ts';
import type { DefinitionGuard } from './tools/definition-guard.ts';

type Call = RequestMessage | NotificationMessage;

/** A request or notification that the protocol permits. */
export type CallVerdict = ForwardVerdict & { readonly message: Call };

export type ToolCallVerdict = CallVerdict & { readonly call: ToolCallParams };

/** A list can change while it is read: it is asked for again so often before the call is refused. */
export const MAX_LISTINGS = 3;

export interface ClientJudgeOptions {
  readonly engine: Engine;
  readonly auditText: AuditText;
  readonly retries: FreeRetries;
  readonly definitions: DefinitionGuard;
  readonly maxDepth: number;
  /** There may be somebody who approves calls. */
  readonly canAsk: boolean;
  /** Refused tool calls are answered with a result that says so. */
  readonly denyAsResult: boolean;
}

/** What is found out about a call on its way. */
interface Findings {
  readonly records: readonly AuditRecord[];
  readonly logs: readonly string[];
  readonly note?: string;
  readonly original?: boolean;
}

/** Judges what a client asks for: the method first, then the tool call. */
export class ClientJudge {
  private readonly options: ClientJudgeOptions;
  private readonly remedies: Remedies;
  private readonly requests: RequestScanner;

  constructor(options: ClientJudgeOptions) {
    this.options = options;
    this.remedies = new Remedies(options.engine.table);
    this.requests = new RequestScanner(options.engine, options.maxDepth);
  }

  judge(verdict: CallVerdict, progress: Progress = NO_PROGRESS): Judgement {
    const { message, call } = verdict;
    const method = this.options.engine.decideMethod(message.method);
    if (method.decision === 'BLOCK') return this.refuseMethod(message, method.error);
    if (call !== undefined) return this.judgeTool({ ...verdict, call }, progress);
    if (method.isToolCall) return this.refuseMethod(message, internalError('The call can not be read'));
    const record = describeDecision(this.options.auditText, message, { decision: 'ALLOW' });
    return {
      kind: 'forward',
      text: forwardText(message, verdict.edits),
      unconditional: false,
      opened: verdict.opened,
      records: [record],
      logs: [],
    };
  }

  /** A call that was held and will not be made. */
  refuseHeld(message: Call, tool: string, error: DecisionError): RefuseJudgement {
    const { auditText } = this.options;
    const shown = auditText.name(tool);
    const logs = [`BLOCKED: Tool ${quotePrintable(shown)}: ${error.reason}`];
    const record = describeDecision(auditText, message, { decision: 'BLOCK', error, tool: shown });
    return this.refuse(message, error, { kind: 'tool', name: tool }, [record], logs);
  }

  private refuseMethod(message: Call, decided: DecisionError | null): Judgement {
    const { auditText } = this.options;
    const error = decided ?? internalError('The method is refused by the policy');
    const shown = quotePrintable(auditText.name(message.method));
    const remedy =
      decided === null ? null : this.remedies.forMethod(auditText.name(message.normalizedMethod));
    const record = describeDecision(auditText, message, { decision: 'BLOCK', error, remedy });
    const logs = [`BLOCKED_METHOD: Method ${shown} not allowed by policy`, ...tellRemedy(remedy)];
    return this.refuse(message, error, { kind: 'method', name: message.method }, [record], logs);
  }

  private judgeTool(verdict: ToolCallVerdict, progress: Progress): Judgement {
    const { engine, retries } = this.options;
    const { message, call } = verdict;
    const judged = engine.decideToolCall({
      name: call.name,
      args: call.arguments,
      free: progress.paid || retries.redeem(message, call),
    });
    const checked = this.checkDefinition(verdict, judged);
    if (checked === null) return this.awaitDefinition(verdict, progress);
    const decision = maskDecision(this.options.auditText, checked);
    const error = errorOf(decision);
    if (error !== null) return this.refuseCall(verdict, decision, error, { records: [], logs: [] });
    return this.scanArguments(verdict, decision, progress);
  }

  /** The decision with what the server's definition of the tool adds to it; null where it must be seen first. */
  private checkDefinition(verdict: ToolCallVerdict, judged: ToolDecision): CallDecision | null {
    const { definitions, engine } = this.options;
    if (!definitions.isNeeded || precedesDefinition(judged)) return judged;
    const check = definitions.check(spelledName(verdict));
    switch (check.kind) {
      case 'fits':
        return judged;
      case 'unknown':
        return null;
      case 'schema-mismatch':
      case 'schema-drift':
      case 'tool-absent':
        return refuseDefinition(engine, judged, check);
    }
  }

  private awaitDefinition(verdict: ToolCallVerdict, progress: Progress): Judgement {
    const { message, opened, call } = verdict;
    if (message.kind === 'notification' || opened === undefined || progress.listings >= MAX_LISTINGS)
      return this.refuseHeld(message, call.name, LIST_UNAVAILABLE);
    return {
      kind: 'hold',
      message,
      opened,
      tool: call.name,
      progress: { ...progress, paid: true, listings: progress.listings + 1 },
      awaits: { kind: 'definition' },
      logs: [],
    };
  }

  private scanArguments(verdict: ToolCallVerdict, decision: CallDecision, progress: Progress): Judgement {
    const scan = this.requests.scan(verdict);
    const { records, logs } = scan;
    switch (scan.kind) {
      case 'pass': {
        const note = scan.found.length === 0 ? {} : { note: requestBlocked(scan.found).reason };
        return this.passCall(verdict, decision, null, { records, logs, ...note }, progress);
      }
      case 'blocked': {
        const error = requestBlocked(scan.found);
        return this.refuseCall(verdict, decision, error, { records, logs, note: error.reason });
      }
      case 'failed':
        return this.failRedaction(verdict, decision, scan.problem, { records, logs }, progress);
      case 'redacted': {
        const { auditText, engine } = this.options;
        const { name } = verdict.call;
        const again = maskDecision(auditText, engine.decideToolCall({ name, args: scan.args, free: true }));
        if (errorOf(again) !== null) {
          const problem = 'without what was found, the policy does not allow the call';
          return this.failRedaction(verdict, decision, problem, { records, logs }, progress);
        }
        const findings = { records, logs, note: `redacted: ${requestBlocked(scan.found).reason}` };
        return this.passCall(verdict, decision.violation ? decision : again, scan.text, findings, progress);
      }
    }
  }

  /** v1alpha2 §3.6.4: what is done where a call can't be made without what was found. */
  private failRedaction(
    verdict: ToolCallVerdict,
    decision: CallDecision,
    problem: string,
    { records, logs }: Findings,
    progress: Progress,
  ): Judgement {
    const { dlp } = this.options.engine.table;
    const onFailure = dlp?.onRedactionFailure ?? 'block';
    const note = `the arguments could not be redacted: ${problem}`;
    const findings = { records, note, original: dlp?.logOriginalOnFailure ?? false };
    const said = [...logs, `DLP_REDACTION_FAILED: ${note}`];
    if (onFailure === 'allow_original') {
      const warned = [
        ...said,
        'WARNING: the call is passed on as it is (on_redaction_failure: allow_original)',
      ];
      return this.passCall(verdict, decision, null, { ...findings, logs: warned }, progress);
    }
    const error = requestRedactionFailed(onFailure, problem);
    return this.refuseCall(verdict, decision, error, { ...findings, logs: said });
  }

  /** Nothing stands against the call but that somebody may have to approve it. A null text is the call's own. */
  private passCall(
    verdict: ToolCallVerdict,
    decision: CallDecision,
    text: string | null,
    findings: Findings,
    progress: Progress,
  ): Judgement {
    const { message, call, opened } = verdict;
    if (decision.decision === 'ASK' && !progress.approved)
      return this.awaitApproval(verdict, decision, findings, progress);
    const { auditText, retries } = this.options;
    const tool = auditText.name(call.name);
    retries.watch(verdict, call);
    const approved = decision.decision === 'ASK' ? 'approved' : undefined;
    const note = [approved, findings.note].filter((part) => part !== undefined).join('; ');
    const record = describeDecision(auditText, message, {
      decision: decision.violation ? 'ALLOW_MONITOR' : 'ALLOW',
      tool,
      reason: decision.reason,
      ...(note === '' || decision.violation ? {} : { note }),
      original: findings.original ?? false,
    });
    const said =
      approved === undefined
        ? describeToolDecision(tool, decision)
        : `APPROVED: Tool ${quotePrintable(tool)}`;
    return {
      kind: 'forward',
      text: text ?? forwardText(message, verdict.edits),
      unconditional: false,
      opened,
      records: [...findings.records, record],
      logs: [`Tool call intercepted: ${printable(tool)}`, ...findings.logs, auditText.line(said)],
    };
  }

  private awaitApproval(
    verdict: ToolCallVerdict,
    decision: CallDecision,
    findings: Findings,
    progress: Progress,
  ): Judgement {
    const { auditText, canAsk, engine } = this.options;
    const { message, opened, call } = verdict;
    if (!canAsk || message.kind === 'notification' || opened === undefined)
      return this.refuseCall(verdict, decision, NOBODY_TO_ASK, findings);
    const tool = auditText.name(call.name);
    const line = this.remedies.findLine(decision);
    return {
      kind: 'hold',
      message,
      opened,
      tool: call.name,
      progress: { ...progress, paid: true, approved: true },
      awaits: {
        kind: 'approval',
        question: {
          tool,
          argsText: auditText.args(message),
          rule: this.remedies.describeRule(decision),
          ...(line === undefined ? {} : { line }),
          policy: engine.table.policy.name,
        },
      },
      // What was found is told when the call is made.
      logs: [
        `Tool call intercepted: ${printable(tool)}`,
        auditText.line(describeToolDecision(tool, decision)),
      ],
    };
  }

  private refuseCall(
    verdict: ToolCallVerdict,
    decision: CallDecision,
    error: DecisionError,
    findings: Findings,
  ): Judgement {
    const { auditText } = this.options;
    const { message, call } = verdict;
    const tool = auditText.name(call.name);
    const isDecided = errorOf(decision) !== null || decision.decision === 'ASK';
    const remedy = isDecided && findings.note === undefined ? this.remedies.forCall(tool, decision) : null;
    const facts: DecisionFacts = {
      decision: decision.decision === 'RATE_LIMITED' ? 'RATE_LIMITED' : 'BLOCK',
      tool,
      error,
      reason: decision.reason,
      remedy,
      original: findings.original ?? false,
    };
    const note = findings.note ?? (decision.decision === 'ASK' ? error.reason : undefined);
    const record = describeDecision(auditText, message, note === undefined ? facts : { ...facts, note });
    const said =
      note === undefined
        ? describeToolDecision(tool, decision)
        : `BLOCKED: Tool ${quotePrintable(tool)}: ${note}`;
    const logs = [
      `Tool call intercepted: ${printable(tool)}`,
      ...findings.logs,
      auditText.line(said),
      ...tellRemedy(remedy === null ? null : auditText.line(remedy)),
    ];
    return this.refuse(
      message,
      error,
      { kind: 'tool', name: call.name },
      [...findings.records, record],
      logs,
    );
  }

  private refuse(
    message: Call,
    error: DecisionError,
    subject: Subject,
    records: readonly AuditRecord[],
    logs: readonly string[],
  ): RefuseJudgement {
    const asResult = this.options.denyAsResult && subject.kind === 'tool';
    return {
      kind: 'refuse',
      answer:
        message.kind === 'request'
          ? { to: 'client', idText: message.id.text, error, subject, asResult }
          : null,
      records,
      logs,
      noise: null,
    };
  }
}

function tellRemedy(remedy: string | null): readonly string[] {
  return remedy === null ? [] : [`To permit it: ${remedy}`];
}

/** The name that the server gets: the session may mend its spelling. */
function spelledName({ call, edits }: ToolCallVerdict): string {
  const edit = edits.find(({ start }) => start === call.nameNode.start);
  if (edit === undefined) return call.name;
  const spelled: unknown = JSON.parse(edit.newText);
  return typeof spelled === 'string' ? spelled : call.name;
}

/** What is answered to a decision; null where the call is let through or asked about. */
function errorOf(decision: CallDecision): DecisionError | null {
  switch (decision.decision) {
    case 'ALLOW':
    case 'ASK':
      return null;
    case 'BLOCK':
    case 'RATE_LIMITED':
      return decision.error ?? internalError('The call is refused by the policy');
  }
}
