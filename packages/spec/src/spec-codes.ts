/**
 * Every code that a finding of this package can have. Codes are stable: people write them into
 * configuration and search for them.
 */
export const SPEC_CODES = [
  // the text
  'too-large',
  'invalid-utf8',
  'control-character',
  'byte-order-mark',
  'lone-surrogate',
  // YAML
  'too-complex',
  'too-deep',
  'empty-document',
  'yaml-syntax',
  'tab-indentation',
  'several-documents',
  'yaml-directive',
  'unknown-anchor',
  'alias-loop',
  'alias-expansion',
  'merge-key',
  'custom-tag',
  'duplicate-key',
  'non-string-key',
  // what the document is
  'not-a-mapping',
  'wrong-kind',
  'other-api-group',
  'unknown-api-version',
  // its fields
  'missing-field',
  'unknown-field',
  'field-needs-later-version',
  'wrong-type',
  'unknown-value',
  'empty-value',
  'bad-format',
  'out-of-range',
  // what its fields mean together
  'duplicate-tool-rule',
  'rotation-not-below-ttl',
  'nonce-window-below-ttl',
  'tls-required',
  'symmetric-key-in-server-mode',
  'missing-key-path',
  'missing-nonce-address',
  'missing-registry-endpoint',
  'bad-audience',
  // the list of findings itself
  'too-many-findings',
] as const;

export type SpecCode = (typeof SPEC_CODES)[number];
