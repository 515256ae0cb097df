import { appendPointer } from '@agentpolicy/core';
import { findFieldAt, isFieldOf } from '../fields/find-field.ts';
import { formatFieldPath } from '../fields/format-field-path.ts';
import type { ApiVersion } from '../fields/policy-field.ts';
import type { Findings } from '../source/findings.ts';
import { quoteText } from '../source/quote-text.ts';
import type { SourceNode } from '../source/tree.ts';
import { findFormatProblem } from './format-problem.ts';
import type { PolicyView } from './policy-view.ts';

/**
 * Reads every text that has a form (durations, sizes, addresses, rate limits): a schema's pattern can't tell a port of
 * 99999 or a duration of a million years. `reported` are the pointers that the schema has refused already.
 */
export function checkFormats(
  view: PolicyView,
  apiVersion: ApiVersion,
  reported: ReadonlySet<string>,
  findings: Findings,
): void {
  const visit = (node: SourceNode, pointer: string, path: string): void => {
    if (node.kind === 'map') {
      for (const [key, entry] of node.entries)
        visit(entry.node, appendPointer(pointer, key), `${path}/${key}`);
    } else if (node.kind === 'sequence') {
      for (const [index, item] of node.items.entries()) visit(item.node, `${pointer}/${index}`, `${path}/*`);
    } else if (node.kind === 'scalar' && typeof node.value === 'string') {
      const field = findFieldAt(path);
      if (field?.format === undefined || !isFieldOf(field, apiVersion) || reported.has(pointer)) return;
      const problem = findFormatProblem(field.format, node.value);
      if (problem === undefined) return;
      findings.add({
        code: 'out-of-range',
        message: `${quoteText(formatFieldPath(pointer))} is ${quoteText(node.value)}: ${problem}`,
        help: `write it as in ${quoteText(String(field.examples[0] ?? ''))}`,
        pointer,
        span: view.span(pointer, 'value'),
      });
    }
  };
  visit(view.root.node, '', '');
}
