import { getMember, type JsonNode, type TextEdit } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import {
  type ListedTool,
  type OpenRequest,
  type ResponseMessage,
  readToolPage,
  replaceValue,
} from '@agentpolicy/message';
import type { AuditRecord } from '../../audit/record.ts';
import { printable, quotePrintable } from '../../text/printable.ts';
import type { AuditText } from '../audit-text.ts';
import { describeDefinitionEvent } from '../decision-record.ts';
import { describeReason } from '../log-lines.ts';
import { type DefinitionGuard, type DefinitionReason, explainDefinition } from './definition-guard.ts';

/** As many names as a log line shows. */
const MAX_NAMED = 10;

/** What becomes of one page of a server's tools. */
export interface ListReview {
  /** Takes the tools out that the policy does not allow. */
  readonly edits: readonly TextEdit[];
  readonly records: readonly AuditRecord[];
  readonly logs: readonly string[];
}

const NOTHING: ListReview = { edits: [], records: [], logs: [] };

export interface ListJudgeOptions {
  readonly engine: Engine;
  readonly auditText: AuditText;
  readonly definitions: DefinitionGuard;
  /** Tools that can't be called are taken out of the list. */
  readonly filter: boolean;
}

/** Looks at the lists of tools that a server answers with. */
export class ListJudge {
  private readonly options: ListJudgeOptions;

  constructor(options: ListJudgeOptions) {
    this.options = options;
  }

  /** Learns the definitions of a page, and finds what a client must not see of it. */
  review(message: ResponseMessage, request: OpenRequest): ListReview {
    const { definitions, filter } = this.options;
    if (message.outcome.kind !== 'result' || !(filter || definitions.isNeeded)) return NOTHING;
    const { value } = message.outcome;
    const page = readToolPage(value);
    if (page === undefined) return NOTHING;
    const wrong = definitions.learn(request, page);
    const records: AuditRecord[] = [];
    const logs: string[] = [];
    for (const [name, reason] of wrong) this.report(name, reason, records, logs);
    const problem = definitions.save();
    if (problem !== null) logs.push(`PIN_FAILED: ${problem}`);
    if (!filter) return { edits: [], records, logs };
    const kept = page.tools.filter(
      (tool) => this.options.engine.couldAllow(tool.name) && !wrong.has(tool.name),
    );
    if (kept.length === page.tools.length && page.unreadable.length === 0)
      return { edits: [], records, logs };
    logs.push(this.describeFiltered(page.tools, kept, page.unreadable.length));
    return { edits: keepTools(message, value, kept), records, logs };
  }

  private report(name: string, reason: DefinitionReason, records: AuditRecord[], logs: string[]): void {
    const { auditText } = this.options;
    const tool = auditText.name(name);
    const why = describeReason(reason);
    records.push(describeDefinitionEvent(auditText, tool, explainDefinition(reason).code, why));
    logs.push(`SCHEMA_MISMATCH: Tool ${quotePrintable(tool)}: ${why}`);
  }

  private describeFiltered(
    all: readonly ListedTool[],
    kept: readonly ListedTool[],
    unreadable: number,
  ): string {
    const keptTools = new Set(kept);
    const names = all
      .filter((tool) => !keptTools.has(tool))
      .map((tool) => this.options.auditText.name(tool.name));
    const shown = names.slice(0, MAX_NAMED).map((name) => printable(name));
    const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
    const broken = unreadable === 0 ? '' : `, and ${unreadable} without a name that can be read`;
    return `FILTERED: ${names.length} tool(s) not allowed by policy: [${shown.join(' ')}]${more}${broken}`;
  }
}

function keepTools(message: ResponseMessage, result: JsonNode, kept: readonly ListedTool[]): TextEdit[] {
  const list = result.kind === 'object' ? getMember(result, 'tools') : undefined;
  if (list === undefined) return [];
  const texts = kept.map(({ node }) => message.text.slice(node.start, node.end));
  return [replaceValue(list, `[${texts.join(',')}]`)];
}
