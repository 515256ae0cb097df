export { canonicalizePolicy, hashPolicy } from './document/canonicalize-policy.ts';
export { type DecodePolicyResult, decodePolicy } from './document/decode-policy.ts';
export { type ParsePolicyOptions, type ParsePolicyResult, parsePolicy } from './document/parse-policy.ts';
export type { AllowedArgument, PolicyDocument, PolicySource } from './document/policy-document.ts';
export { findPolicyField, isFieldOf, listPolicyFields, nameOfField } from './fields/find-field.ts';
export { formatFieldPath } from './fields/format-field-path.ts';
export { findNearestName } from './fields/nearest-name.ts';
export { API_VERSIONS, type ApiVersion, type FieldType, type PolicyField } from './fields/policy-field.ts';
export type { AgentPolicy } from './generated/agent-policy.gen.ts';
export type { AgentPolicyV1Alpha1 } from './generated/agent-policy-v1alpha1.gen.ts';
export type { AgentPolicyV1Alpha2 } from './generated/agent-policy-v1alpha2.gen.ts';
export type {
  Aat as AatConfig,
  AgentPolicyV1Alpha3,
  Dlp as DlpConfig,
  DlpPattern,
  Identity as IdentityConfig,
  Metadata as PolicyMetadata,
  Registry as RegistryConfig,
  Server as ServerConfig,
  Spec as PolicySpec,
  ToolRule,
} from './generated/agent-policy-v1alpha3.gen.ts';
export { FIELD_CATALOGUE, type FieldFormat } from './generated/field-catalogue.gen.ts';
export { identifyKey, readSigningKey, readVerifyingKey } from './signing/keys.ts';
export { placeSignature } from './signing/place-signature.ts';
export {
  type SignatureVerdict,
  signPolicy,
  signTableFile,
  verifyPolicySignature,
  verifyTableSignature,
} from './signing/signature.ts';
export { DEFAULT_MAX_BYTES } from './source/check-text.ts';
export { quoteText } from './source/quote-text.ts';
export type { SourceComment } from './source/tree.ts';
export { SPEC_CODES, type SpecCode } from './spec-codes.ts';
export { SpecError, type SpecErrorCode } from './spec-error.ts';
export { parseDuration } from './values/parse-duration.ts';
export { type ListenAddress, parseListenAddress } from './values/parse-listen-address.ts';
export { parseRateLimit, type RateLimit } from './values/parse-rate-limit.ts';
export { parseSize } from './values/parse-size.ts';
export type { ValueResult } from './values/value-result.ts';
