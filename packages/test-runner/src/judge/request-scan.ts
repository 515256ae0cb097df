import { type JsonObject, quoteJson, readJson, type TableDlp } from '@agentpolicy/core';
import type { DlpEvent, Engine, MessageScan } from '@agentpolicy/engine';
import {
  escapeSeparators,
  type ForwardVerdict,
  forwardText,
  pickCallContent,
  readCallArguments,
} from '@agentpolicy/message';

/** What the policy's patterns make of a call (v1alpha2 §3.6.1, §3.6.4). */
export type RequestScan =
  /** Nothing was found, or what was found is only told. */
  | { readonly kind: 'pass'; readonly events: readonly DlpEvent[] }
  | { readonly kind: 'blocked'; readonly events: readonly DlpEvent[]; readonly reason: string }
  /** The call without what was found; its arguments are to be judged again. */
  | {
      readonly kind: 'redacted';
      readonly events: readonly DlpEvent[];
      readonly text: string;
      readonly args: JsonObject;
    }
  /** What was found can't be taken out. */
  | { readonly kind: 'failed'; readonly events: readonly DlpEvent[]; readonly problem: string };

const CLEAN: RequestScan = { kind: 'pass', events: [] };

/** Scans a call where the policy says so. */
export function scanRequest({ requests, table }: Engine, verdict: ForwardVerdict): RequestScan {
  if (requests === null) return CLEAN;
  const source = readSource(verdict);
  if (source === null) return { kind: 'failed', events: [], problem: 'the call can not be read again' };
  const scan = requests.scanMessage(source.content, source.text);
  if (scan.events.length === 0) return CLEAN;
  return judgeScan(scan, table.dlp?.onRequestMatch ?? 'block');
}

function judgeScan(scan: MessageScan, onMatch: TableDlp['onRequestMatch']): RequestScan {
  const { events } = scan;
  switch (onMatch) {
    case 'warn':
      return { kind: 'pass', events };
    case 'block': {
      const rules = events.map(({ rule }) => quoteJson(rule)).join(', ');
      return { kind: 'blocked', events, reason: `The arguments match the DLP rule ${rules}` };
    }
    case 'redact':
      return redact(scan);
  }
}

function redact(scan: MessageScan): RequestScan {
  const { events } = scan;
  switch (scan.kind) {
    case 'clean':
      return { kind: 'pass', events };
    case 'refused': {
      const problem =
        scan.problem === 'handle'
          ? 'a match stands in an opaque handle'
          : 'two keys of the arguments would become one';
      return { kind: 'failed', events, problem };
    }
    case 'redacted': {
      const args = readCallArguments(scan.text, {});
      return args === null
        ? { kind: 'failed', events, problem: 'the redacted call can not be read' }
        : { kind: 'redacted', events, text: escapeSeparators(scan.text), args };
    }
  }
}

/** What is scanned is what is sent: the call with its spelling mended. */
function readSource({
  message,
  edits,
}: ForwardVerdict): { readonly text: string; readonly content: JsonObject } | null {
  if (edits.length === 0) return { text: message.text, content: pickCallContent(message.root) };
  const text = forwardText(message, edits);
  const read = readJson(text);
  return read.ok && read.value.kind === 'object' ? { text, content: pickCallContent(read.value) } : null;
}
