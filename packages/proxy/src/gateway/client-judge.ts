import type { ToolDecision } from '@agentpolicy/engine';
import { forwardText, spelledName } from '@agentpolicy/message';
import type { RedactionFailure } from '../audit/record.ts';
import { internalError, LIST_UNAVAILABLE, requestBlocked, requestRedactionFailed } from './answers.ts';
import { type CallDecision, precedesDefinition, refuseDefinition } from './call-decision.ts';
import { CallOutcomes, type CallOutcomesOptions, errorOf } from './call-outcomes.ts';
import { type CallVerdict, type Findings, NO_FINDINGS, type ToolCallVerdict } from './client-call.ts';
import { describeDecision, describeRedactions } from './decision-record.ts';
import { type Judgement, NO_PROGRESS, type Progress } from './judgement.ts';
import { maskDecision } from './mask-reason.ts';
import { type RequestScan, RequestScanner } from './request-scan.ts';
import type { DefinitionGuard } from './tools/definition-guard.ts';

/** A list can change while it is read: it is asked for again so often before the call is refused. */
export const MAX_LISTINGS = 3;

export interface ClientJudgeOptions extends CallOutcomesOptions {
  readonly definitions: DefinitionGuard;
  readonly maxDepth: number;
}

/** Judges what a client asks for: the method first, then the tool call. */
export class ClientJudge {
  private readonly options: ClientJudgeOptions;
  /** What is done about a call once it is decided. */
  readonly outcomes: CallOutcomes;
  private readonly requests: RequestScanner;

  constructor(options: ClientJudgeOptions) {
    this.options = options;
    this.outcomes = new CallOutcomes(options);
    this.requests = new RequestScanner(options.engine, options.maxDepth);
  }

  judge(verdict: CallVerdict, progress: Progress = NO_PROGRESS): Judgement {
    const { message, call } = verdict;
    const method = this.options.engine.decideMethod(message.method);
    if (method.decision === 'BLOCK') return this.outcomes.refuseMethod(message, method.error);
    if (call !== undefined) return this.judgeTool({ ...verdict, call }, progress);
    if (method.isToolCall)
      return this.outcomes.refuseMethod(message, internalError('The call can not be read'));
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
    if (error !== null) return this.outcomes.refuseCall(verdict, decision, error, NO_FINDINGS);
    return this.scanArguments(verdict, decision, progress);
  }

  /** The decision with what the server's definition of the tool adds to it; null where it must be seen first. */
  private checkDefinition(verdict: ToolCallVerdict, judged: ToolDecision): CallDecision | null {
    const { definitions, engine } = this.options;
    if (!definitions.isNeeded || precedesDefinition(judged)) return judged;
    const check = definitions.check(spelledName(verdict.call, verdict.edits));
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
      return this.outcomes.refuseHeld(message, call.name, LIST_UNAVAILABLE);
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
        return this.outcomes.pass(verdict, decision, null, { records, logs, ...note }, progress);
      }
      case 'blocked': {
        const error = requestBlocked(scan.found);
        return this.outcomes.refuseCall(verdict, decision, error, { records, logs, note: error.reason });
      }
      case 'failed':
        return this.failRedaction(verdict, decision, scan, progress, scan);
      case 'redacted':
        return this.judgeRedacted(verdict, decision, scan, progress);
    }
  }

  /** What was found is taken out, and the arguments that are left are judged again. */
  private judgeRedacted(
    verdict: ToolCallVerdict,
    decision: CallDecision,
    scan: Extract<RequestScan, { readonly kind: 'redacted' }>,
    progress: Progress,
  ): Judgement {
    const { auditText, engine } = this.options;
    const { name } = verdict.call;
    const again = maskDecision(auditText, engine.decideToolCall({ name, args: scan.args, free: true }));
    if (errorOf(again) !== null)
      return this.failRedaction(verdict, decision, scan, progress, {
        failure: 'argument_validation_failed',
        problem: 'without what was found, the policy does not allow the call',
      });
    const redactions = describeRedactions(auditText.name(name), scan.events, {
      forwarded: true,
      failure: null,
    });
    const findings: Findings = {
      records: [...scan.records, ...redactions],
      logs: scan.logs,
      note: `redacted: ${requestBlocked(scan.found).reason}`,
    };
    return this.outcomes.pass(verdict, decision.violation ? decision : again, scan.text, findings, progress);
  }

  /** v1alpha2 §3.6.4: what is done where a call can't be made without what was found. */
  private failRedaction(
    verdict: ToolCallVerdict,
    decision: CallDecision,
    scan: RequestScan,
    progress: Progress,
    { failure, problem }: { readonly failure: RedactionFailure; readonly problem: string },
  ): Judgement {
    const { auditText, engine } = this.options;
    const { dlp } = engine.table;
    const onFailure = dlp?.onRedactionFailure ?? 'block';
    const forwarded = onFailure === 'allow_original';
    const tool = auditText.name(verdict.call.name);
    const note = `the arguments could not be redacted: ${problem}`;
    const findings: Findings = {
      records: [...scan.records, ...describeRedactions(tool, scan.events, { forwarded, failure })],
      logs: [...scan.logs, `DLP_REDACTION_FAILED: ${note}`],
      note,
      original: dlp?.logOriginalOnFailure ?? false,
    };
    if (onFailure === 'allow_original') {
      const warning = 'WARNING: the call is passed on as it is (on_redaction_failure: allow_original)';
      const warned = { ...findings, logs: [...findings.logs, warning] };
      return this.outcomes.pass(verdict, decision, null, warned, progress);
    }
    return this.outcomes.refuseCall(verdict, decision, requestRedactionFailed(onFailure, problem), findings);
  }
}
