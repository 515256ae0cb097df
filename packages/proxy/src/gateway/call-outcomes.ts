import type { DecisionError, Engine } from '@agentpolicy/engine';
import { type FreeRetries, forwardText } from '@agentpolicy/message';
import { canShowArguments } from '../approvals/question-text.ts';
import type { AuditRecord } from '../audit/record.ts';
import { printable, quotePrintable } from '../text/printable.ts';
import { internalError, NOBODY_TO_ASK, type Subject, TOO_MUCH_TO_SHOW } from './answers.ts';
import type { AuditText } from './audit-text.ts';
import type { CallDecision } from './call-decision.ts';
import type { Call, Findings, ToolCallVerdict } from './client-call.ts';
import { type DecisionFacts, describeAsking, describeDecision } from './decision-record.ts';
import type { Judgement, Progress, QuestionFacts, RefuseJudgement } from './judgement.ts';
import { describeToolDecision } from './log-lines.ts';
import { Remedies } from './remedy.ts';

export interface CallOutcomesOptions {
  readonly engine: Engine;
  readonly auditText: AuditText;
  readonly retries: FreeRetries;
  /** There may be somebody who approves calls. */
  readonly canAsk: boolean;
  /** Refused tool calls are answered with a result that says so. */
  readonly denyAsResult: boolean;
}

/** What is done about a call once it is decided: what goes on, what is answered, audited and told to the operator. */
export class CallOutcomes {
  private readonly options: CallOutcomesOptions;
  private readonly remedies: Remedies;

  constructor(options: CallOutcomesOptions) {
    this.options = options;
    this.remedies = new Remedies(options.engine.table);
  }

  /** A call that was held and will not be made. */
  refuseHeld(message: Call, tool: string, error: DecisionError): RefuseJudgement {
    const { auditText } = this.options;
    const shown = auditText.name(tool);
    const logs = [`BLOCKED: Tool ${quotePrintable(shown)}: ${error.reason}`];
    const record = describeDecision(auditText, message, { decision: 'BLOCK', error, tool: shown });
    return this.refuse(message, error, { kind: 'tool', name: tool }, [record], logs);
  }

  /** A method that the policy does not allow; a null decision is none of the policy's. */
  refuseMethod(message: Call, decided: DecisionError | null): Judgement {
    const { auditText } = this.options;
    const error = decided ?? internalError('The method is refused by the policy');
    const shown = quotePrintable(auditText.name(message.method));
    const remedy =
      decided === null ? null : this.remedies.forMethod(auditText.name(message.normalizedMethod));
    const record = describeDecision(auditText, message, { decision: 'BLOCK', error, remedy });
    const logs = [`BLOCKED_METHOD: Method ${shown} not allowed by policy`, ...tellRemedy(remedy)];
    return this.refuse(message, error, { kind: 'method', name: message.method }, [record], logs);
  }

  /** Nothing stands against the call but that somebody may have to approve it. A null text is the call's own. */
  pass(
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
    retries.watch(message, opened, call);
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
    const argsText = auditText.args(message);
    if (!canShowArguments(argsText)) return this.refuseCall(verdict, decision, TOO_MUCH_TO_SHOW, findings);
    const tool = auditText.name(call.name);
    const line = this.remedies.findLine(decision);
    const question: QuestionFacts = {
      tool,
      argsText,
      rule: this.remedies.describeRule(decision),
      ...(line === undefined ? {} : { line }),
      policy: engine.table.policy.name,
    };
    return {
      kind: 'hold',
      message,
      opened,
      tool: call.name,
      progress: { ...progress, paid: true, approved: true },
      awaits: { kind: 'approval', question, record: describeAsking(auditText, message, question) },
      // What was found is told when the call is made.
      logs: [
        `Tool call intercepted: ${printable(tool)}`,
        auditText.line(describeToolDecision(tool, decision)),
      ],
    };
  }

  /** A call that is answered with an error, by the policy's decision or by what was found on the way. */
  refuseCall(
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

/** What is answered to a decision; null where the call is let through or asked about. */
export function errorOf(decision: CallDecision): DecisionError | null {
  switch (decision.decision) {
    case 'ALLOW':
    case 'ASK':
      return null;
    case 'BLOCK':
    case 'RATE_LIMITED':
      return decision.error ?? internalError('The call is refused by the policy');
  }
}
