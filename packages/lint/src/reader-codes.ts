import type { SpecCode } from '@agentpolicy/spec';

/**
 * What each finding of the reader means. They are no rules: a policy that has one can't be enforced, so they are
 * errors in every preset and can be neither turned off nor ignored.
 */
export const READER_CODES: Readonly<Record<SpecCode, string>> = {
  'too-large': 'The file is larger than a policy may be.',
  'invalid-utf8': 'The file is not UTF-8.',
  'control-character': 'A control character stands in the text.',
  'byte-order-mark': 'A byte order mark stands inside the text, where nobody sees it.',
  'lone-surrogate': 'An escape writes half a character.',
  'too-complex': 'The file has more parts than a policy may have.',
  'too-deep': 'Values are nested deeper than any field of a policy is.',
  'empty-document': 'The file holds no document.',
  'yaml-syntax': 'The file is not YAML.',
  'tab-indentation': 'A line is indented with a tab, which YAML forbids.',
  'several-documents': 'The file holds several documents: only one of them would be enforced.',
  'yaml-directive': 'A `%` directive changes how the file is read.',
  'unknown-anchor': 'An alias (`*name`) has no anchor (`&name`) before it.',
  'alias-loop': 'An alias stands inside of what it stands for.',
  'alias-expansion': 'Aliases blow the policy up.',
  'merge-key': 'A merge key (`<<`) is not YAML 1.2.',
  'custom-tag': 'A tag (`!name`) asks for a type that a policy does not have.',
  'duplicate-key': 'A key is repeated in one mapping: readers differ in which one they take.',
  'non-string-key': 'A key is not a string.',
  'not-a-mapping': 'The document is not a mapping.',
  'wrong-kind': '`kind` is not `AgentPolicy`.',
  'other-api-group': '`apiVersion` is of another project that uses the same kind.',
  'unknown-api-version': '`apiVersion` is none that is known.',
  'missing-field': 'A field that every policy needs is missing.',
  'unknown-field': 'A field is not one of the policy format: a misspelt field protects nothing.',
  'field-needs-later-version': 'A field belongs to a later `apiVersion` than the policy says.',
  'wrong-type': 'A value is of another type than its field.',
  'unknown-value': 'A value is none of those that its field can have.',
  'empty-value': 'A string or list is empty where something is due.',
  'bad-format':
    'A value is not written as its field wants it: a duration, rate, size, address, digest or signature.',
  'out-of-range': 'A number is too small or too large.',
  'duplicate-tool-rule': 'Two rules are for one tool once names are normalized.',
  'rotation-not-below-ttl':
    '`rotation_interval` is not below `token_ttl`: tokens expire before they are renewed.',
  'nonce-window-below-ttl': '`nonce_window` is below `token_ttl`: a used token is accepted again.',
  'tls-required': 'The validation server listens beyond this machine without `tls`.',
  'symmetric-key-in-server-mode': '`HS256` with a validation server: whoever checks tokens can make them.',
  'missing-key-path': '`key_source: file` has no `key_path`.',
  'missing-nonce-address': 'A nonce storage outside of memory has no `address`.',
  'missing-registry-endpoint': 'The registry is enabled and has no `endpoint`.',
  'bad-audience': "`audience` is neither a URI nor the policy's name, or has a wildcard.",
  'too-many-findings': 'The list of findings was cut off.',
};
