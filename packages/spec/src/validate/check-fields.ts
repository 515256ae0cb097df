import { appendPointer } from '@agentpolicy/core';
import { findPolicyField } from '../fields/find-field.ts';
import { formatFieldPath } from '../fields/format-field-path.ts';
import { findNearestName } from '../fields/nearest-name.ts';
import type { ApiVersion, FieldType } from '../fields/policy-field.ts';
import type { AgentPolicy } from '../generated/agent-policy.gen.ts';
import type { Findings } from '../source/findings.ts';
import { quoteText } from '../source/quote-text.ts';
import { toPlain } from '../source/to-plain.ts';
import { checkFormats } from './check-formats.ts';
import { describeFormatProblem } from './format-problem.ts';
import type { PolicyView } from './policy-view.ts';
import { replaceName } from './replace-text.ts';
import { runSchema, type SchemaError } from './run-schema.ts';
import { checkUnknownFields, type UnknownField } from './unknown-field.ts';
import { addWrongType } from './wrong-type.ts';

const TYPES: ReadonlySet<string> = new Set(['string', 'boolean', 'integer', 'array', 'object']);

function isFieldType(text: unknown): text is FieldType {
  return typeof text === 'string' && TYPES.has(text);
}

function textParam(error: SchemaError, name: string): string {
  const value = error.params[name];
  return typeof value === 'string' ? value : '';
}

/** A value has one finding, of the first of these keywords that it fails: the others are its consequences. */
const PRECEDENCE = ['type', 'const', 'enum', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum'];

function keepFirstOfValue(errors: readonly SchemaError[]): readonly SchemaError[] {
  const kept = new Map<string, SchemaError>();
  for (const error of errors) {
    const other = kept.get(error.instancePath);
    if (other === undefined || PRECEDENCE.indexOf(error.keyword) < PRECEDENCE.indexOf(other.keyword)) {
      kept.set(error.instancePath, error);
    }
  }
  return [...kept.values()];
}

/** The header's own fields have been looked at before, with better words. */
function isHeader(pointer: string): boolean {
  return pointer === '/apiVersion' || pointer === '/kind';
}

/** Checks every field against the schema of the policy's version. Undefined where the schema refuses the policy. */
export function checkFields(
  view: PolicyView,
  apiVersion: ApiVersion,
  findings: Findings,
): AgentPolicy | undefined {
  const result = runSchema(toPlain(view.root.node), apiVersion);
  const reported = result.ok ? [] : addSchemaErrors(result.errors, view, apiVersion, findings);
  checkFormats(view, apiVersion, new Set(reported), findings);
  return result.ok ? result.policy : undefined;
}

/** Gives the pointers of the values that have a finding now. */
function addSchemaErrors(
  errors: readonly SchemaError[],
  view: PolicyView,
  apiVersion: ApiVersion,
  findings: Findings,
): readonly string[] {
  const unknown: UnknownField[] = [];
  const missing: SchemaError[] = [];
  const values: SchemaError[] = [];
  for (const error of errors) {
    const { instancePath: parent } = error;
    if (error.keyword === 'additionalProperties') {
      unknown.push({ parent, name: textParam(error, 'additionalProperty') });
    } else if (error.keyword === 'required') missing.push(error);
    else if (!isHeader(parent)) values.push(error);
  }
  const meant = checkUnknownFields(unknown, view, apiVersion, findings);
  for (const error of missing) {
    const pointer = appendPointer(error.instancePath, textParam(error, 'missingProperty'));
    if (!meant.has(pointer)) addMissing(pointer, error.instancePath, view, findings);
  }
  for (const error of keepFirstOfValue(values)) {
    if (findings.full) findings.omit(1);
    else addBadValue(error, view, findings);
  }
  return values.map((error) => error.instancePath);
}

function addMissing(pointer: string, parent: string, view: PolicyView, findings: Findings): void {
  if (view.nodeAt(parent)?.kind !== 'map') return;
  const name = pointer.slice(parent.length + 1);
  const field = findPolicyField(pointer);
  const example = field?.examples[0];
  const shown = typeof example === 'string' ? ` \`${name}: ${example}\`` : ` \`${name}\``;
  findings.add({
    code: 'missing-field',
    message: `${quoteText(formatFieldPath(parent))} has no \`${name}\``.replace(
      '`the document`',
      'the document',
    ),
    help: `add${shown}`,
    pointer,
    span: view.span(parent, 'key'),
  });
}

function addBadValue(error: SchemaError, view: PolicyView, findings: Findings): void {
  const pointer = error.instancePath;
  const node = view.nodeAt(pointer);
  if (node === undefined || node.kind === 'broken') return;
  const value = node.kind === 'scalar' ? node.value : undefined;
  const text = String(value);
  const shown = quoteText(formatFieldPath(pointer));
  const place = { pointer, span: view.span(pointer, 'value') };
  switch (error.keyword) {
    case 'type':
      if (isFieldType(error.params.type)) addWrongType(view, pointer, error.params.type, findings);
      break;
    case 'enum':
      addUnknownValue(text, pointer, view, findings);
      break;
    case 'minLength':
      findings.add({
        ...place,
        code: 'empty-value',
        message: `${shown} is an empty string`,
        help: 'write a value, or remove it',
      });
      break;
    case 'minimum':
    case 'maximum':
      findings.add({
        ...place,
        code: 'out-of-range',
        message: `${shown} is ${quoteText(text)}, which is ${error.keyword === 'minimum' ? 'below' : 'above'} ${error.params.limit}`,
        help: `write a whole number that is ${error.keyword === 'minimum' ? 'at least' : 'at most'} ${error.params.limit}`,
      });
      break;
    default:
      findings.add({
        ...place,
        code: 'bad-format',
        message: `${shown} is ${quoteText(text)}: ${describeFormatProblem(findPolicyField(pointer)?.format, text)}`,
        help: `write it as in ${quoteText(String(findPolicyField(pointer)?.examples[0] ?? ''))}`,
      });
  }
}

function addUnknownValue(text: string, pointer: string, view: PolicyView, findings: Findings): void {
  const values = findPolicyField(pointer)?.values ?? [];
  const nearest = findNearestName(text, values);
  const span = view.span(pointer, 'value');
  findings.add({
    code: 'unknown-value',
    message: `${quoteText(formatFieldPath(pointer))} can't be ${quoteText(text)}`,
    help:
      nearest === undefined
        ? `write one of ${values.map((value) => `\`${value}\``).join(', ')}`
        : `did you mean \`${nearest}\`?`,
    pointer,
    span,
    fixes: nearest === undefined ? [] : [replaceName(view.text, span, nearest)],
  });
}
