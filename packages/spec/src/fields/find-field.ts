import { FIELD_CATALOGUE } from '../generated/field-catalogue.gen.ts';
import { API_VERSIONS, type ApiVersion, type PolicyField } from './policy-field.ts';

const BY_PATH: ReadonlyMap<string, PolicyField> = new Map(
  FIELD_CATALOGUE.map((field) => [field.path, field]),
);

/** The fields directly below each path, in the order of the catalogue. */
const CHILDREN: ReadonlyMap<string, readonly PolicyField[]> = groupByParent();

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function groupByParent(): ReadonlyMap<string, readonly PolicyField[]> {
  const groups = new Map<string, PolicyField[]>();
  for (const field of FIELD_CATALOGUE) {
    const parent = parentOf(field.path);
    const group = groups.get(parent);
    if (group === undefined) groups.set(parent, [field]);
    else group.push(field);
  }
  return groups;
}

/** A field's own name: the last part of its path. */
export function nameOfField(field: PolicyField): string {
  return field.path.slice(field.path.lastIndexOf('/') + 1);
}

/** Turns a value's JSON pointer into its field's path in the catalogue; undefined where no field stands there. */
export function fieldPathOf(pointer: string): string | undefined {
  let path = '';
  for (const token of pointer.split('/').slice(1)) {
    const exact = `${path}/${token}`;
    if (BY_PATH.has(exact)) path = exact;
    else if (BY_PATH.has(`${path}/*`)) path = `${path}/*`;
    else return undefined;
  }
  return path;
}

/** What is known about the field with a path of the catalogue. */
export function findFieldAt(path: string): PolicyField | undefined {
  return BY_PATH.get(path);
}

/** What is known about the field at a JSON pointer; undefined where a policy has none there. */
export function findPolicyField(pointer: string): PolicyField | undefined {
  const path = fieldPathOf(pointer);
  return path === undefined ? undefined : BY_PATH.get(path);
}

/** Whether a version of the format has a field. */
export function isFieldOf(field: PolicyField, apiVersion: ApiVersion): boolean {
  return API_VERSIONS.indexOf(field.since) <= API_VERSIONS.indexOf(apiVersion);
}

/** The fields that the object at a JSON pointer can have in a version, sorted by name; none where it is no object. */
export function listPolicyFields(pointer: string, apiVersion: ApiVersion): readonly PolicyField[] {
  const path = fieldPathOf(pointer);
  if (path === undefined) return [];
  const fields = CHILDREN.get(path) ?? [];
  return fields.filter((field) => nameOfField(field) !== '*' && isFieldOf(field, apiVersion));
}

/** Every field with a name, wherever it stands. */
export function findFieldsNamed(name: string): readonly PolicyField[] {
  return FIELD_CATALOGUE.filter((field) => nameOfField(field) === name);
}
