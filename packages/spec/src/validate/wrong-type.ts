import type { Fix } from '@agentpolicy/core';
import { findPolicyField } from '../fields/find-field.ts';
import { formatFieldPath } from '../fields/format-field-path.ts';
import type { FieldType, PolicyField } from '../fields/policy-field.ts';
import type { Findings } from '../source/findings.ts';
import { quoteText } from '../source/quote-text.ts';
import type { SourceNode, SourceScalar } from '../source/tree.ts';
import type { PolicyView } from './policy-view.ts';

const NAMES: Readonly<Record<FieldType, string>> = {
  string: 'a string',
  boolean: '`true` or `false`',
  integer: 'a whole number',
  array: 'a list',
  object: 'a mapping',
};

/** What YAML 1.1 read as booleans and YAML 1.2 reads as strings. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ...['yes', 'on', 'y', 'true'].map((word): [string, string] => [word, 'true']),
  ...['no', 'off', 'n', 'false'].map((word): [string, string] => [word, 'false']),
]);

interface Advice {
  readonly help: string;
  readonly replacement?: string;
}

function describeNode(node: SourceNode, written: string): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'broken') return 'not known';
  if (node.value === null) return written === '' ? 'empty' : `the null value ${quoteText(written)}`;
  if (typeof node.value === 'number') return `the number ${quoteText(written)}`;
  if (typeof node.value === 'boolean') return `the boolean ${quoteText(written)}`;
  return `the string ${quoteText(node.value)}`;
}

/** What the field wants instead, where the catalogue can say it. */
function adviseByField(field: PolicyField | undefined): Advice | undefined {
  if (field?.values !== undefined) {
    return { help: `write one of ${field.values.map((value) => `\`${value}\``).join(', ')}` };
  }
  if (field?.format !== undefined) return { help: `write it as in \`"${field.examples[0]}"\`` };
  return undefined;
}

function adviseScalar(scalar: SourceScalar, written: string, due: FieldType): Advice | undefined {
  const { value } = scalar;
  if (value === null && written !== '~') return { help: 'write a value, or remove it' };
  if (due === 'string' && typeof value !== 'string') {
    return { help: `put it in quotes: \`"${written}"\``, replacement: `"${written}"` };
  }
  if (typeof value !== 'string') return undefined;
  if (due === 'boolean') {
    const meant = WORDS.get(value.toLowerCase());
    return meant === undefined ? undefined : { help: `write \`${meant}\`, without quotes` };
  }
  if (due === 'integer' && /^[0-9]{1,15}$/.test(value)) return { help: 'write it without quotes' };
  return undefined;
}

function advise(node: SourceNode, written: string, due: FieldType, pointer: string): Advice {
  const byField = adviseByField(findPolicyField(pointer));
  if (byField !== undefined) return byField;
  const advice = node.kind === 'scalar' ? adviseScalar(node, written, due) : undefined;
  if (advice !== undefined) return advice;
  if (due === 'array' && node.kind === 'scalar')
    return { help: 'write it as a list, also with one entry: `[a]`' };
  return { help: `write ${NAMES[due]} here` };
}

/** Reports that the value at a pointer has another type than its field. Nothing where the value can't be known. */
export function addWrongType(view: PolicyView, pointer: string, due: FieldType, findings: Findings): void {
  const node = view.nodeAt(pointer);
  if (node === undefined || node.kind === 'broken') return;
  const { start, end } = view.locator.locate(pointer, 'value').range;
  const written = node.kind === 'scalar' ? view.text.slice(start.offset, end.offset) : '';
  const { help, replacement } = advise(node, written, due, pointer);
  const fixes: Fix[] =
    replacement === undefined
      ? []
      : [
          {
            title: 'put the value in quotes',
            safety: 'safe',
            edits: [{ start: start.offset, end: end.offset, newText: replacement }],
          },
        ];
  findings.add({
    code: 'wrong-type',
    message: `${quoteText(formatFieldPath(pointer))} is ${describeNode(node, written)} where ${NAMES[due]} is due`,
    help,
    pointer,
    span: view.span(pointer, 'value'),
    fixes,
  });
}
