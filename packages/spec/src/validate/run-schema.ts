import type { ApiVersion } from '../fields/policy-field.ts';
import type { AgentPolicy } from '../generated/agent-policy.gen.ts';
import {
  validateAgentPolicyV1Alpha1,
  validateAgentPolicyV1Alpha2,
  validateAgentPolicyV1Alpha3,
} from '../generated/validators.gen.ts';

/** What a compiled schema says about one value. */
export interface SchemaError {
  /** JSON pointer of the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

const VALIDATORS: Readonly<Record<ApiVersion, Validator>> = {
  'aip.io/v1alpha1': validateAgentPolicyV1Alpha1,
  'aip.io/v1alpha2': validateAgentPolicyV1Alpha2,
  'aip.io/v1alpha3': validateAgentPolicyV1Alpha3,
};

export type SchemaResult =
  | { readonly ok: true; readonly policy: AgentPolicy }
  /** Everything that the schema has against the data. */
  | { readonly ok: false; readonly errors: readonly SchemaError[] };

/** Whether plain data is a policy of a version as far as its schema can tell. */
export function runSchema(data: unknown, apiVersion: ApiVersion): SchemaResult {
  if (isPolicyOf(data, apiVersion)) return { ok: true, policy: data };
  return { ok: false, errors: VALIDATORS[apiVersion].errors ?? [] };
}

function isPolicyOf(data: unknown, apiVersion: ApiVersion): data is AgentPolicy {
  return VALIDATORS[apiVersion](data);
}
