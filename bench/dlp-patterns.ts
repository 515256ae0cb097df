export interface NamedPattern {
  readonly name: string;
  readonly regex: string;
}

/** Ten patterns of the kinds that published example policies use: credentials, connection strings, personal data. */
export const TEN_PATTERNS: readonly NamedPattern[] = [
  { name: 'AWS access key', regex: '(A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}' },
  { name: 'AWS secret key', regex: `(?i)aws_secret_access_key\\s*[:=]\\s*['"]?([a-zA-Z0-9/+=]{40})['"]?` },
  { name: 'GitHub token', regex: '(ghp|gho|ghu|ghs|ghr)_[a-zA-Z0-9]{36,}' },
  {
    name: 'Generic secret',
    regex: `(?i)(secret|api_key|apikey|access_token|auth_token)\\s*[:=]\\s*['"]?([a-zA-Z0-9_-]{16,})['"]?`,
  },
  { name: 'Private key', regex: '-----BEGIN (RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY-----' },
  { name: 'JWT', regex: 'eyJ[a-zA-Z0-9_-]*\\.eyJ[a-zA-Z0-9_-]*\\.[a-zA-Z0-9_-]*' },
  { name: 'Database URL', regex: '(?i)(postgres|mysql|mongodb|redis)://[a-zA-Z0-9:@._/-]+' },
  {
    name: 'Internal address',
    regex: '\\b(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.)[0-9]{1,3}\\.[0-9]{1,3}\\b',
  },
  { name: 'Email', regex: '[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\\.[a-zA-Z]{2,}' },
  { name: 'SSN', regex: '\\b\\d{3}-\\d{2}-\\d{4}\\b' },
];

/** Token formats that services publish: a literal start, then a run of a class. */
const PREFIXED: readonly (readonly [name: string, start: string, rest: string])[] = [
  ['GitLab token', 'glpat-', '[0-9a-zA-Z_-]{20}'],
  ['GitLab runner token', 'glrt-', '[0-9a-zA-Z_-]{20}'],
  ['Slack bot token', 'xoxb-', '[0-9]{10,13}-[0-9]{10,13}-[a-zA-Z0-9]{24}'],
  ['Slack user token', 'xoxp-', '[0-9]{10,13}-[0-9]{10,13}-[0-9]{10,13}-[a-f0-9]{32}'],
  ['Slack app token', 'xapp-', '[0-9]-[A-Z0-9]{9,12}-[0-9]{10,13}-[a-f0-9]{64}'],
  [
    'Slack webhook',
    'https://hooks\\.slack\\.com/services/',
    'T[A-Z0-9]{8,10}/B[A-Z0-9]{8,10}/[a-zA-Z0-9]{24}',
  ],
  ['Stripe secret key', 'sk_live_', '[0-9a-zA-Z]{24,}'],
  ['Stripe restricted key', 'rk_live_', '[0-9a-zA-Z]{24,}'],
  ['Square token', 'sq0atp-', '[0-9A-Za-z_-]{22}'],
  ['Square secret', 'sq0csp-', '[0-9A-Za-z_-]{43}'],
  ['SendGrid key', 'SG\\.', '[a-zA-Z0-9_-]{22}\\.[a-zA-Z0-9_-]{43}'],
  ['Mailgun key', 'key-', '[0-9a-f]{32}'],
  ['Mailchimp key', '', '[0-9a-f]{32}-us[0-9]{1,2}'],
  ['Twilio key', 'SK', '[0-9a-f]{32}'],
  ['Google API key', 'AIza', '[0-9A-Za-z_-]{35}'],
  ['Google OAuth token', 'ya29\\.', '[0-9A-Za-z_-]{20,}'],
  ['Google client', '', '[0-9]{10,14}-[0-9a-z]{32}\\.apps\\.googleusercontent\\.com'],
  ['npm token', 'npm_', '[A-Za-z0-9]{36}'],
  ['PyPI token', 'pypi-AgEIcHlwaS5vcmc', '[A-Za-z0-9_-]{50,}'],
  ['RubyGems key', 'rubygems_', '[a-f0-9]{48}'],
  ['Docker token', 'dckr_pat_', '[A-Za-z0-9_-]{27}'],
  ['DigitalOcean token', 'dop_v1_', '[a-f0-9]{64}'],
  ['DigitalOcean refresh', 'dor_v1_', '[a-f0-9]{64}'],
  ['Doppler token', 'dp\\.pt\\.', '[a-zA-Z0-9]{43}'],
  ['Databricks token', 'dapi', '[a-f0-9]{32}'],
  ['Dynatrace token', 'dt0c01\\.', '[A-Z0-9]{24}\\.[A-Z0-9]{64}'],
  ['Fastly token', 'fastly_', '[A-Za-z0-9_-]{32}'],
  ['Grafana key', 'glsa_', '[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}'],
  ['HashiCorp Vault token', 'hvs\\.', '[A-Za-z0-9_-]{24,}'],
  ['Hugging Face token', 'hf_', '[A-Za-z0-9]{34}'],
  ['Linear key', 'lin_api_', '[A-Za-z0-9]{40}'],
  ['New Relic key', 'NRAK-', '[A-Z0-9]{27}'],
  ['Notion token', 'secret_', '[A-Za-z0-9]{43}'],
  ['OpenAI project key', 'sk-proj-', '[A-Za-z0-9_-]{40,}'],
  ['Postman key', 'PMAK-', '[a-f0-9]{24}-[a-f0-9]{34}'],
  ['Pulumi token', 'pul-', '[a-f0-9]{40}'],
  ['Shopify token', 'shpat_', '[a-fA-F0-9]{32}'],
  ['Telegram bot token', '', '[0-9]{8,10}:AA[0-9A-Za-z_-]{33}'],
  ['Terraform token', '', '[a-zA-Z0-9]{14}\\.atlasv1\\.[a-zA-Z0-9_-]{60,70}'],
  ['Typeform token', 'tfp_', '[a-zA-Z0-9_-]{44}_[a-zA-Z0-9]{14}'],
];

export const FIFTY_PATTERNS: readonly NamedPattern[] = [
  ...TEN_PATTERNS,
  ...PREFIXED.map(([name, start, rest]) => ({ name, regex: `${start}${rest}` })),
];
