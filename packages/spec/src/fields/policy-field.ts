import type { FieldFormat } from '../generated/field-catalogue.gen.ts';

export type ApiVersion = 'aip.io/v1alpha1' | 'aip.io/v1alpha2' | 'aip.io/v1alpha3';

/** The versions of the policy format, oldest first. */
export const API_VERSIONS = ['aip.io/v1alpha1', 'aip.io/v1alpha2', 'aip.io/v1alpha3'] as const;

export type FieldType = 'string' | 'boolean' | 'integer' | 'array' | 'object';

/** One field that a policy can have, for messages, hover texts and completion. */
export interface PolicyField {
  /** Where it stands: keys joined by `/`, with `*` for list items and for keys that the author chooses. */
  readonly path: string;
  readonly type: FieldType;
  readonly description: string;
  /** Whether the object around it must have it. */
  readonly required: boolean;
  /** The first version of the format that has it. */
  readonly since: ApiVersion;
  /** The values that it can take, where they can be counted. */
  readonly values?: readonly string[];
  /** The form of its text, where the schema asks for one. */
  readonly format?: FieldFormat;
  readonly default?: unknown;
  readonly examples: readonly unknown[];
}
