import { type JsonObject, readJson, type TableDlp } from '@agentpolicy/core';
import type { DlpEvent, Engine, MessageScan, Scanner } from '@agentpolicy/engine';
import { escapeSeparators, forwardText, pickCallContent, readCallArguments } from '@agentpolicy/message';
import type { AuditRecord, RedactionFailure } from '../audit/record.ts';
import { quotePrintable } from '../text/printable.ts';
import type { ToolCallVerdict } from './client-call.ts';

/** What the policy's patterns make of a call. */
export type RequestScan =
  /** Nothing was found, or what was found is only told. `found` names the rules. */
  | (ScanReport & { readonly kind: 'pass'; readonly found: readonly string[] })
  | (ScanReport & { readonly kind: 'blocked'; readonly found: readonly string[] })
  /** The call without what was found; its arguments are to be judged again. */
  | (ScanReport & {
      readonly kind: 'redacted';
      readonly found: readonly string[];
      readonly text: string;
      readonly args: JsonObject;
    })
  /** What was found can't be taken out. */
  | (ScanReport & {
      readonly kind: 'failed';
      readonly found: readonly string[];
      readonly failure: RedactionFailure;
      readonly problem: string;
    });

interface ScanReport {
  readonly events: readonly DlpEvent[];
  readonly records: readonly AuditRecord[];
  readonly logs: readonly string[];
}

const NO_REPORT = { found: [], events: [], records: [], logs: [] } as const;

const CLEAN: RequestScan = { kind: 'pass', ...NO_REPORT };

/** Scans the arguments of calls where the policy says so (v1alpha2 §3.6.1, §3.6.4). */
export class RequestScanner {
  private readonly scanner: Scanner | null;
  private readonly onMatch: TableDlp['onRequestMatch'];
  private readonly maxDepth: number;

  constructor({ requests, table }: Engine, maxDepth: number) {
    this.scanner = requests;
    this.onMatch = table.dlp?.onRequestMatch ?? 'block';
    this.maxDepth = maxDepth;
  }

  scan(verdict: ToolCallVerdict): RequestScan {
    if (this.scanner === null) return CLEAN;
    const source = this.readSource(verdict);
    if (source === null)
      return {
        ...NO_REPORT,
        kind: 'failed',
        failure: 'unreadable',
        problem: 'the call can not be read again',
      };
    const scan = this.scanner.scanMessage(source.scanned, source.text);
    if (scan.events.length === 0 && !scan.truncated) return CLEAN;
    return this.judge(scan);
  }

  private judge(scan: MessageScan): RequestScan {
    const found = scan.events.map((event) => event.rule);
    const report = this.report(scan.events, scan.truncated);
    if (found.length === 0) return { kind: 'pass', found, ...report };
    switch (this.onMatch) {
      case 'warn':
        return { kind: 'pass', found, ...report };
      case 'block':
        return { kind: 'blocked', found, ...report };
      case 'redact':
        return this.redact(scan, { found, ...report });
    }
  }

  private redact(scan: MessageScan, report: ScanReport & { readonly found: readonly string[] }): RequestScan {
    switch (scan.kind) {
      case 'clean':
        return { kind: 'pass', ...report };
      case 'refused': {
        return scan.problem === 'handle'
          ? {
              kind: 'failed',
              failure: 'opaque_handle',
              problem: 'a match stands in an opaque handle',
              ...report,
            }
          : {
              kind: 'failed',
              failure: 'duplicate_keys',
              problem: 'two keys of the arguments would become one',
              ...report,
            };
      }
      case 'redacted': {
        const args = readCallArguments(scan.text, { maxDepth: this.maxDepth });
        if (args === null)
          return {
            kind: 'failed',
            failure: 'unreadable',
            problem: 'the redacted call can not be read',
            ...report,
          };
        return { kind: 'redacted', text: escapeSeparators(scan.text), args, ...report };
      }
    }
  }

  /** Only what the tool is given: its arguments, and the answers that a retried call brings (2026-07-28). */
  private readSource(
    verdict: ToolCallVerdict,
  ): { readonly text: string; readonly scanned: JsonObject } | null {
    const { message, edits } = verdict;
    if (edits.length === 0) return { text: message.text, scanned: pickCallContent(message.root) };
    const text = forwardText(message, edits);
    const read = readJson(text, { maxDepth: this.maxDepth });
    return read.ok && read.value.kind === 'object' ? { text, scanned: pickCallContent(read.value) } : null;
  }

  private report(events: readonly DlpEvent[], truncated: boolean): ScanReport {
    const records: AuditRecord[] = [];
    const logs: string[] = [];
    const done = { block: 'blocked', redact: 'redacted', warn: 'passed on as it is (warn)' }[this.onMatch];
    for (const { rule, count } of events) {
      // A match that is only told about has no action of its own in the specification's records.
      if (this.onMatch !== 'warn') {
        const action = this.onMatch === 'block' ? 'BLOCKED' : 'REDACTED';
        records.push({ kind: 'dlp', direction: 'upstream', rule, action, count });
      }
      logs.push(`DLP_TRIGGERED: Rule ${quotePrintable(rule)} matched ${count} time(s) in a call, ${done}`);
    }
    if (truncated) {
      records.push({ kind: 'scan-truncated', direction: 'upstream' });
      logs.push("DLP_SCAN_LIMIT: the end of a call's arguments was not scanned (max_scan_size)");
    }
    return { events, records, logs };
  }
}
