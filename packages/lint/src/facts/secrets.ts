/**
 * Forms of well-known secrets. `samples` are made up, of the documented shape: a data-loss pattern that
 * claims to find the secret should match each of them. `names` are the words by which a policy's pattern
 * claims it: every word of one entry has to stand in the pattern's name.
 */
export interface SecretForm {
  readonly label: string;
  readonly names: readonly (readonly string[])[];
  readonly samples: readonly { readonly what: string; readonly text: string }[];
}

const LETTERS = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzAbCdEfGhIjKlMnOpQrStUvWxYz';

function fill(length: number): string {
  return LETTERS.repeat(Math.ceil(length / LETTERS.length)).slice(0, length);
}

const UPPER_FILL = 'Q3Z7K2M5T8W4X6YB';

export const SECRET_FORMS: readonly SecretForm[] = [
  {
    label: 'AWS access key id',
    names: [
      ['aws', 'key'],
      ['aws', 'access'],
    ],
    samples: [
      { what: 'long-term keys', text: `AKIA${UPPER_FILL}` },
      { what: 'temporary keys', text: `ASIA${UPPER_FILL}` },
    ],
  },
  {
    label: 'GitHub token',
    names: [
      ['github', 'token'],
      ['github', 'pat'],
    ],
    samples: [
      { what: 'personal access tokens', text: `ghp_${fill(36)}` },
      { what: 'OAuth tokens', text: `gho_${fill(36)}` },
      { what: 'app installation tokens', text: `ghs_${fill(36)}` },
      { what: 'fine-grained tokens', text: `github_pat_${fill(22)}_${fill(59)}` },
    ],
  },
  {
    label: 'private key',
    names: [['private', 'key']],
    samples: [
      { what: 'PKCS#8 keys', text: '-----BEGIN PRIVATE KEY-----' },
      { what: 'RSA keys', text: '-----BEGIN RSA PRIVATE KEY-----' },
      { what: 'OpenSSH keys', text: '-----BEGIN OPENSSH PRIVATE KEY-----' },
      { what: 'EC keys', text: '-----BEGIN EC PRIVATE KEY-----' },
      { what: 'encrypted keys', text: '-----BEGIN ENCRYPTED PRIVATE KEY-----' },
    ],
  },
  {
    label: 'Slack token',
    names: [['slack']],
    samples: [
      { what: 'bot tokens', text: `xoxb-123456789012-1234567890123-${fill(24)}` },
      { what: 'user tokens', text: `xoxp-123456789012-123456789012-123456789012-${fill(32)}` },
    ],
  },
  {
    label: 'Google API key',
    names: [['google', 'api', 'key']],
    samples: [{ what: 'API keys', text: `AIza${fill(35)}` }],
  },
  {
    label: 'JSON web token',
    names: [['jwt']],
    samples: [{ what: 'signed tokens', text: `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.${fill(43)}` }],
  },
];

/** How a secret that stands in a text looks. Each expression is linear: no two of its repeats can share a character. */
export const SECRET_PATTERNS: readonly { readonly label: string; readonly regex: RegExp }[] = [
  { label: 'AWS access key id', regex: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { label: 'GitHub token', regex: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g },
  { label: 'GitHub token', regex: /\bgithub_pat_[A-Za-z0-9_]{60,255}\b/g },
  { label: 'Slack token', regex: /\bxox[abprs]-[A-Za-z0-9-]{20,255}\b/g },
  { label: 'Google API key', regex: /\bAIza[A-Za-z0-9_-]{35}\b/g },
  { label: 'OpenAI or Anthropic key', regex: /\bsk-(?:ant-|proj-)[A-Za-z0-9_-]{20,255}/g },
  { label: 'private key', regex: /-----BEGIN (?:[A-Z]{2,12} )?PRIVATE KEY-----\n/g },
  { label: 'password in an address', regex: /\b[a-z]{2,12}:\/\/[^\s:@/]{0,64}:[^\s:@/$<{]{1,64}@/g },
];

/** Text that says about itself that it is no secret. */
const PLACEHOLDER = /example|placeholder|changeme|redacted|your[_-]|xxxx|\*\*\*/i;

/** The text is documentation's stand-in for a secret. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}
