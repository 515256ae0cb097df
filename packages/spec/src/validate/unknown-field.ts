import { appendPointer } from '@agentpolicy/core';
import {
  fieldPathOf,
  findFieldsNamed,
  findPolicyField,
  isFieldOf,
  listPolicyFields,
  nameOfField,
} from '../fields/find-field.ts';
import { formatFieldPath } from '../fields/format-field-path.ts';
import { findNearestName } from '../fields/nearest-name.ts';
import type { ApiVersion } from '../fields/policy-field.ts';
import type { Findings } from '../source/findings.ts';
import { quoteText } from '../source/quote-text.ts';
import type { PolicyView } from './policy-view.ts';
import { replaceName } from './replace-text.ts';

/** A key that the object at `parent` (a JSON pointer) can't have. */
export interface UnknownField {
  readonly parent: string;
  readonly name: string;
}

/** Names one place where a field of this name would be right. */
function findHome(name: string, apiVersion: ApiVersion): string | undefined {
  const [home] = findFieldsNamed(name).filter((field) => isFieldOf(field, apiVersion));
  const path = home?.path.slice(0, -name.length - 1);
  return path === undefined || path === '' ? path : path.slice(1).replaceAll('/*', '[]').replaceAll('/', '.');
}

/**
 * Reports fields that the policy's version does not have: misspelt, misplaced, or of a later version. Gives the
 * pointers of the fields that misspelt names seem to mean: that those are missing needs no finding of its own.
 */
export function checkUnknownFields(
  unknown: readonly UnknownField[],
  view: PolicyView,
  apiVersion: ApiVersion,
  findings: Findings,
): ReadonlySet<string> {
  const meant = new Set<string>();
  for (const [index, { parent, name }] of unknown.entries()) {
    if (findings.full) {
      findings.omit(unknown.length - index);
      break;
    }
    const pointer = appendPointer(parent, name);
    const place = { pointer, span: view.span(pointer, 'key') };
    const where = parent === '' ? 'the document' : quoteText(formatFieldPath(parent));
    // An exact name below this parent that the schema refused belongs to a later version.
    const later = fieldPathOf(pointer) === undefined ? undefined : findPolicyField(pointer);
    if (later !== undefined) {
      findings.add({
        ...place,
        code: 'field-needs-later-version',
        message: `the field ${quoteText(name)} in ${where} needs \`apiVersion: ${later.since}\``,
        help: `the policy says \`${apiVersion}\`: change it, or remove the field`,
      });
      continue;
    }
    const siblings = listPolicyFields(parent, apiVersion).map(nameOfField);
    const nearest = findNearestName(name, siblings);
    const home = nearest === undefined ? findHome(name, apiVersion) : undefined;
    if (nearest !== undefined) meant.add(appendPointer(parent, nearest));
    findings.add({
      ...place,
      code: 'unknown-field',
      message: `unknown field ${quoteText(name)} in ${where}`,
      help: advise(nearest, home, siblings, name),
      fixes:
        nearest === undefined || view.nodeAt(appendPointer(parent, nearest)) !== undefined
          ? []
          : [replaceName(view.text, place.span, nearest)],
    });
  }
  return meant;
}

function advise(
  nearest: string | undefined,
  home: string | undefined,
  siblings: readonly string[],
  name: string,
): string {
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  if (home !== undefined) {
    return home === ''
      ? `\`${name}\` belongs to the top of the document`
      : `\`${name}\` belongs under \`${home}\``;
  }
  return `remove it; known here are ${siblings.map((sibling) => `\`${sibling}\``).join(', ')}`;
}
