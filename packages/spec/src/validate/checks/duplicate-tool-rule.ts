import { normalizeName } from '@agentpolicy/core';
import type { Findings } from '../../source/findings.ts';
import { quoteText } from '../../source/quote-text.ts';
import type { PolicyView } from '../policy-view.ts';

/** A tool has one rule: of several, readers disagree about which one holds. Names are compared normalized. */
export function checkDuplicateToolRules(view: PolicyView, findings: Findings): void {
  const rules = view.node('spec', 'tool_rules');
  if (rules?.kind !== 'sequence') return;
  const first = new Map<string, string>();
  for (const index of rules.items.keys()) {
    const tool = view.string('spec', 'tool_rules', index, 'tool');
    if (tool === undefined || tool === '') continue;
    const pointer = `/spec/tool_rules/${index}/tool`;
    const name = normalizeName(tool);
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, pointer);
      continue;
    }
    findings.add({
      code: 'duplicate-tool-rule',
      message: `the tool ${quoteText(tool)} has a second rule`,
      help: 'put both into one rule: names are equal when they differ only in case, width or invisible characters',
      pointer,
      span: view.span(pointer, 'value'),
      related: [{ message: 'the first rule is here', location: view.locator.locate(other, 'value') }],
    });
  }
}
