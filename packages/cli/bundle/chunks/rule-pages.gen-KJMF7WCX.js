import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import"./chunk-E3JWMDON.js";var RULE_PAGES=new Map([["allow-original",`# allow-original

## Summary

A request that could not be redacted is sent as it was, secrets included.

## Avoid

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    on_request_match: redact
    on_redaction_failure: allow_original
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    on_request_match: redact
    on_redaction_failure: reject
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

A redaction fails where the redacted argument no longer fits its pattern. Whoever wants to get a secret out puts it
where the pattern is strict, and the redaction is given up. The specification calls the value "debug only".

## Options

None.
`],["ambiguous-tool-name",`# ambiguous-tool-name

## Summary

Two tools of the server have one name once names are normalized (with a recorded tool list).

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
\`\`\`

\`\`\`json
[{ "name": "read_file" }, { "name": "Read_File" }]
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
\`\`\`

\`\`\`json
[{ "name": "read_file" }, { "name": "write_file" }]
\`\`\`

## Why

Rules are for normalized names, so both tools share one rule. A server that adds \`Read_File\` beside a reviewed
\`read_file\` gets past the review; calls that can not be told apart are refused for this reason.

## Options

None.
`],["anchored-dlp-pattern",`# anchored-dlp-pattern

## Summary

A pattern of \`dlp\` is tied to the start or the end of the text, so it misses what stands inside.

## Avoid

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: AWS key
        regex: "^AKIA[A-Z0-9]{16}$"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: AWS key
        regex: '\\bAKIA[A-Z0-9]{16}\\b'
\`\`\`

## Why

For an argument, \`^\` and \`$\` are what makes a pattern safe. For data-loss prevention they are what makes it blind: a
response is a whole file or a whole page, and a secret stands somewhere in it.

## Options

None.
`],["any-aat-issuer",`# any-aat-issuer

## Summary

Agent authentication tokens of every issuer that the registry knows are accepted.

## Avoid

\`\`\`yaml
spec:
  aat:
    enabled: true
    require: true
\`\`\`

## Prefer

\`\`\`yaml
spec:
  aat:
    enabled: true
    require: true
    trusted_issuers:
      - https://issuer.example.com
\`\`\`

## Why

Without a list, any issuer whose key the registry has can issue a token for your tools, also the one that was added
for another team.

## Options

None.
`],["case-folding-surprise",`# case-folding-surprise

## Summary

\`(?i)\` makes a pattern for ASCII text accept characters outside of ASCII.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: set_mode
      allow_args:
        mode: '(?i)^safe$'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: set_mode
      allow_args:
        mode: '^(?:safe|SAFE)$'
\`\`\`

## Why

Without regard to case, \`k\` is also the Kelvin sign and \`s\` is also the long s of old prints: RE2 folds as Unicode
does. A tool that compares with its own rules may not take \`\u017Fafe\` for \`safe\`, or may take it for a third thing.

## Options

None.
`],["cleartext-url",`# cleartext-url

## Summary

A pattern for an address accepts \`http://\`, which anybody on the way can read and change.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: '^https?://docs\\.example\\.com/'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: '^https://docs\\.example\\.com/'
    - tool: call_local_service
      allow_args:
        url: '^http://localhost:8080/'
\`\`\`

## Why

What comes over an open connection can be written by whoever stands on the way, and an agent does what it reads.
Addresses of the machine itself are not reported.

## Options

None.
`],["disabled-section",`# disabled-section

## Summary

A section demands something but is not enabled, so nothing of it holds.

## Avoid

\`\`\`yaml
spec:
  identity:
    require_token: true
\`\`\`

## Prefer

\`\`\`yaml
spec:
  identity:
    enabled: true
    require_token: true
\`\`\`

## Why

\`identity\`, \`server\`, \`registry\` and \`aat\` are off unless they say \`enabled: true\`. A policy that demands tokens in a
section that is off reads as if calls without a token were refused; they are not.

## Options

None.
`],["dlp-disabled",`# dlp-disabled

## Summary

The policy has a \`dlp\` section that is turned off, scans nothing, or has no pattern.

## Avoid

\`\`\`yaml
spec:
  dlp:
    enabled: false
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

\`\`\`yaml
spec:
  dlp:
    patterns: []
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

A reviewer sees patterns and believes that secrets are redacted. They are not.

## Options

None.
`],["dlp-missing",`# dlp-missing

## Summary

The policy has no data-loss prevention: secrets in responses reach the agent.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  dlp:
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

What an agent has read, it may send elsewhere. A key that is redacted on the way in can't be.

## Options

None.
`],["dlp-pattern-never-runs",`# dlp-pattern-never-runs

## Summary

A pattern of \`dlp\` is for a direction that is not scanned.

## Avoid

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: AWS key
        regex: "(?:AKIA|ASIA)[A-Z0-9]{16}"
        scope: request
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    patterns:
      - name: AWS key
        regex: "(?:AKIA|ASIA)[A-Z0-9]{16}"
        scope: request
\`\`\`

## Why

Only responses are scanned unless \`scan_requests\` says otherwise. A pattern for requests is then never applied, and
what it was to stop leaves the house.

## Options

None.
`],["duplicate-entry",`# duplicate-entry

## Summary

A list names the same thing twice.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
    - Read_File
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
    - list_directory
\`\`\`

## Why

Names are compared in normalized form: case, width and invisible characters do not count, so \`Read_File\` is
\`read_file\`. The second entry changes nothing. Often another name was meant, and that one is missing.

Patterns of \`dlp\` may share a name, but then nobody can tell from a redaction or a log which of them matched.

Two rules for one tool are no finding of this rule: a policy with them is not valid.

## Options

None.
`],["empty-dlp-match",`# empty-dlp-match

## Summary

A pattern of \`dlp\` matches the empty text, so it finds something everywhere.

## Avoid

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: Digits
        regex: "[0-9]*"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: Digits
        regex: "[0-9]{12,19}"
\`\`\`

## Why

Every place of every response is a match of the empty text: responses become a row of redactions, and the audit log
reports secrets that are none.

## Options

None.
`],["empty-name",`# empty-name

## Summary

A name holds nothing but spaces and invisible characters, so nothing is left to compare.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - "\\u200b"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
\`\`\`

## Why

Names are normalized before they are compared, and invisible characters are dropped. What is left here is the empty
name, which is a tool's that calls itself the same way, and nobody else's.

## Options

None.
`],["empty-policy",`# empty-policy

## Summary

The policy lets no tool through at all.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: delete_file
      action: block
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  tool_rules:
    - tool: delete_file
      action: block
\`\`\`

## Why

What no entry names is refused, so a policy that only forbids things forbids everything. Whoever writes one often expects
the opposite.

## Options

None.
`],["enum-mismatch",`# enum-mismatch

## Summary

A pattern accepts none of the values that the tool's schema lists (with a recorded tool list).

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        encoding: '^UTF-8$'
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        encoding: '^utf-8$'
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Why

No call can satisfy the rule and the schema. Patterns are compared with regard to case, values too.

## Options

None.
`],["escaping-alternation",`# escaping-alternation

## Summary

An alternation binds weaker than the anchors around it, so an option is open at an end.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: http_request
      allow_args:
        method: "^GET|HEAD$"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: http_request
      allow_args:
        method: "^(?:GET|HEAD)$"
\`\`\`

## Why

\`^GET|HEAD$\` reads like "GET or HEAD", but says "starts with GET, or ends with HEAD": \`GETaway\` and \`DELETE HEAD\` pass.
\`|\` binds weaker than anything else, so \`^\` belongs to the first option only and \`$\` to the last.

## Options

None.
`],["fail-open",`# fail-open

## Summary

When the validation server is out of reach, calls pass without limits.

## Avoid

\`\`\`yaml
spec:
  server:
    enabled: true
    failover_mode: fail_open
\`\`\`

## Prefer

\`\`\`yaml
spec:
  server:
    enabled: true
    failover_mode: fail_closed
\`\`\`

\`\`\`yaml
spec:
  server:
    enabled: true
    failover_mode: fail_open
    fail_open_constraints:
      allowed_tools:
        - read_file
      max_duration: 5m
      max_requests: 100
\`\`\`

## Why

Whoever can make the server fail, by load or by a cable, switches the policy off. Where availability has to win, the
specification asks for constraints: which tools, for how long, how often.

## Options

None.
`],["forwarded-request-match",`# forwarded-request-match

## Summary

A secret that is found in a request is logged and sent on.

## Avoid

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    on_request_match: warn
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

By the time that somebody reads the warning, the secret is with the server, or with whomever the tool sent it to.
\`block\` is the default.

## Options

None.
`],["glob-in-name",`# glob-in-name

## Summary

A name holds \`*\` or \`?\`, but names are compared as they are: nothing expands them.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - github_*
\`\`\`

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  denied_methods:
    - resources/*
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_methods:
    - "*"
  allowed_tools:
    - github_get_issue
    - github_list_issues
  denied_methods:
    - resources/read
    - resources/list
\`\`\`

## Why

In a list of what is allowed, such an entry merely does nothing. In a list of what is denied, it fails open: \`github_*\`
denies no tool of GitHub. Only \`*\` alone in \`allowed_methods\` has a meaning.

## Options

None.
`],["glob-in-protected-path",`# glob-in-protected-path

## Summary

A protected path holds \`*\` or \`?\`, but no implementation expands them: it protects nothing.

## Avoid

\`\`\`yaml
spec:
  protected_paths:
    - .env.*
    - '**/secrets/**'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  protected_paths:
    - .env
    - secrets
\`\`\`

## Why

Paths are compared as they are written, after resolution. What lies below a protected folder is protected with it, a
relative path is protected in every folder, and \`.env\` also stands for \`.env.local\`: no glob is needed.

## Options

None.
`],["host-lookalike",`# host-lookalike

## Summary

A pattern that names a host also accepts somebody else's host.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: '^https://api\\.github\\.com.*'
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: "^https://api.github.com/.*"
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: '^https://.*\\.github\\.com/.*'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: '^https://(?:api|raw)\\.github\\.com/.*'
\`\`\`

## Why

A host's name ends where a \`/\`, a \`?\`, a \`#\`, a \`:\` or the address ends. A pattern that does not say so accepts
\`https://api.github.com.evil.example\`, where the well-known name is only the beginning, and
\`https://api.github.com@evil.example\`, where it is a user's name. An unescaped dot stands for any character, and
\`apixgithub.com\` can be bought. \`.*\` before a name reaches over the end of the host: \`https://evil.example/x.github.com/\`.

The fix escapes dots; it only ever takes texts away.

## Options

None.
`],["impossible-pattern",`# impossible-pattern

## Summary

A pattern matches nothing, or a rule asks for arguments that no call can have.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        path: "/workspace/^[a-z]+$"
\`\`\`

\`\`\`yaml
spec:
  protected_paths:
    - /etc
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^/etc/nginx/[a-z]+\\.conf$'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  protected_paths:
    - /etc/ssh
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^/etc/nginx/[a-z]+\\.conf$'
\`\`\`

## Why

A tool whose argument can not be satisfied is a blocked tool, but nobody reads it as one; the next person "repairs" it
with a pattern that is too wide. \`^\` in the middle and \`$\` before the end are the usual reasons, or a block scalar
(\`|\`), which ends with a line break that nothing can follow after \`$\`. Protected paths are refused before arguments are
looked at.

## Options

None.
`],["ineffective-setting",`# ineffective-setting

## Summary

A field is read only together with another one that the policy does not set.

## Avoid

\`\`\`yaml
spec:
  dlp:
    on_request_match: block
    patterns:
      - name: AWS key
        regex: "(?:AKIA|ASIA)[A-Z0-9]{16}"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    on_request_match: block
    patterns:
      - name: AWS key
        regex: "(?:AKIA|ASIA)[A-Z0-9]{16}"
\`\`\`

## Why

The field reads as if it did something. Here, requests are never scanned, so nothing is ever blocked.

## Options

None.
`],["insecure-endpoint",`# insecure-endpoint

## Summary

The policy sends alarms or nonces over a connection without encryption.

## Avoid

\`\`\`yaml
spec:
  identity:
    enabled: true
    nonce_storage:
      type: redis
      address: redis://nonces.internal:6379
\`\`\`

## Prefer

\`\`\`yaml
spec:
  identity:
    enabled: true
    nonce_storage:
      type: redis
      address: rediss://nonces.internal:6379
\`\`\`

## Why

Whoever can change what the storage answers makes a used token good again; whoever can swallow a call of the webhook
keeps an outage quiet that opened the policy.

## Options

None.
`],["invalid-pattern",`# invalid-pattern

## Summary

A pattern is not RE2 syntax, so the policy can not be enforced.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^(?!.*\\.\\.)[a-zA-Z0-9/_.-]+$'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^(?:(?:[a-zA-Z0-9/_-]|\\.[a-zA-Z0-9/_-])+\\.?|\\.)$'
\`\`\`

## Why

Patterns are matched in linear time, whatever the text: RE2 syntax has no look-ahead, look-behind or back-references,
because nothing that has them can promise that. An implementation that can not read a pattern has to refuse the whole
policy; one that skips it would leave the argument unchecked.

Where an equal pattern without look-ahead is known and proved to accept the same texts, the finding shows it.

## Options

None.
`],["lenient-arguments",`# lenient-arguments

## Summary

A rule constrains some arguments and lets every other one through unseen.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: '^https://docs\\.example\\.com/'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      strict_args: true
      allow_args:
        url: '^https://docs\\.example\\.com/'
\`\`\`

## Why

\`url\` is checked, and \`headers\` or \`body\` carry the data out. With \`strict_args\`, a call with an argument that the rule
does not list is refused.

## Options

None.
`],["limited-scan",`# limited-scan

## Summary

\`max_scan_size\` leaves the rest of a large response unscanned.

## Avoid

\`\`\`yaml
spec:
  dlp:
    max_scan_size: 64KB
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

A secret behind the limit is not found. The limit is there for engines whose time grows faster than the text; this
toolkit scans in time proportional to the message, and without the field it scans everything. Other implementations
fall back to the specification's 1 MB, so a limit of at least that is accepted.

## Options

- \`minimumBytes\` (integer, default \`1048576\`): accept a limit of at least this many bytes
`],["log-original",`# log-original

## Summary

Secrets that \`dlp\` finds are written to the audit log.

## Avoid

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    on_request_match: redact
    log_original_on_failure: true
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    on_request_match: redact
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

Logs are copied, shipped and kept; fewer people watch who reads them than who reads the secrets. The specification allows
this for investigations with an end.

## Options

None.
`],["long-token-ttl",`# long-token-ttl

## Summary

Identity tokens live longer than the hour that the specification allows.

## Avoid

\`\`\`yaml
spec:
  identity:
    enabled: true
    token_ttl: 24h
\`\`\`

## Prefer

\`\`\`yaml
spec:
  identity:
    enabled: true
    token_ttl: 10m
    rotation_interval: 8m
\`\`\`

## Why

A token that leaks into a log is good until it expires. The specification recommends 5 to 15 minutes and says that
implementations should not allow more than an hour; rotation makes short lives painless.

## Options

- \`maximumMinutes\` (integer, default \`60\`): accept tokens that live at most this many minutes
`],["long-transition-grace",`# long-transition-grace

## Summary

Tokens of the policy before this one stay good longer than a token lives.

## Avoid

\`\`\`yaml
spec:
  identity:
    enabled: true
    token_ttl: 5m
    policy_transition_grace: 1h
\`\`\`

## Prefer

\`\`\`yaml
spec:
  identity:
    enabled: true
    token_ttl: 5m
    policy_transition_grace: 2m
\`\`\`

## Why

A policy is often changed to close a hole. During the grace period, sessions of the old policy go on. The
specification says that the period should be shorter than the life of a token.

## Options

None.
`],["match-everything",`# match-everything

## Summary

A pattern for an argument accepts everything, or so much that it constrains nothing.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: send_message
      allow_args:
        channel: ".*"
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: send_message
      allow_args:
        channel: "^.+$"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: send_message
      allow_args:
        channel: "^#team-[a-z]{1,20}$"
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: send_message
      strict_args: true
      allow_args:
        channel: "^#team-[a-z]{1,20}$"
        text: "^"
\`\`\`

## Why

Such a pattern looks like a constraint in a review and is none: all that it demands is that the argument is there.

A pattern that bounds the length of a text for people, such as \`^[^\\n]{1,200}$\` for a subject, says what can be said. It is
only reported for paths, addresses, commands and queries.

A strict rule has to list every argument that may be there. \`^\` says just that, and is not reported in a strict rule.
A tool that runs what its arguments say needs more: to [unguarded-execution](unguarded-execution.md), \`^\` is no
constraint.

## Options

None.
`],["memory-nonce-storage",`# memory-nonce-storage

## Summary

A validation server keeps used tokens in its own memory: another instance accepts them again.

## Avoid

\`\`\`yaml
spec:
  identity:
    enabled: true
    nonce_storage:
      type: memory
  server:
    enabled: true
\`\`\`

## Prefer

\`\`\`yaml
spec:
  identity:
    enabled: true
    nonce_storage:
      type: redis
      address: rediss://nonces.internal:6379
  server:
    enabled: true
\`\`\`

## Why

A nonce is refused the second time because somebody remembers the first. Memory forgets at a restart, and a second
instance never knew: the specification calls this a vulnerability of deployments with several instances. A server that
only listens on its own machine and does not name a storage is not reported.

## Options

None.
`],["missing-method",`# missing-method

## Summary

The methods that the policy allows lack one without which no tool can be called.

## Avoid

\`\`\`yaml
spec:
  allowed_methods:
    - initialize
    - notifications/initialized
    - tools/list
  allowed_tools:
    - read_file
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_methods:
    - initialize
    - notifications/initialized
    - ping
    - tools/list
    - tools/call
  allowed_tools:
    - read_file
\`\`\`

## Why

Methods are judged before tools. \`allowed_methods\` replaces the default list, it does not add to it: \`tools/call\` and the
messages that open a session have to be in it too.

## Options

None.
`],["missing-owner",`# missing-owner

## Summary

The policy has no \`metadata.owner\`.

## Avoid

\`\`\`yaml
metadata:
  name: example
\`\`\`

## Prefer

\`\`\`yaml
metadata:
  name: example
  owner: platform@example.com
\`\`\`

## Why

Somebody has to answer when a call is refused that should not be, or the other way round.

## Options

None.
`],["missing-version",`# missing-version

## Summary

The policy has no \`metadata.version\`.

## Avoid

\`\`\`yaml
metadata:
  name: example
\`\`\`

## Prefer

\`\`\`yaml
metadata:
  name: example
  version: '1.0.0'
\`\`\`

## Why

The audit log tells which version of a policy decided; without one, it is a guess.

## Options

None.
`],["mixed-script-name",`# mixed-script-name

## Summary

A name mixes Latin letters with letters of another script that look the same.

## Avoid

\`\`\`yaml
spec:
  denied_tools:
    - d\u0435lete_file
\`\`\`

## Prefer

\`\`\`yaml
spec:
  denied_tools:
    - delete_file
\`\`\`

## Why

The second letter above is Cyrillic. The name denies nothing, and in a list of allowed tools it allows a tool that only
looks like the one that was reviewed. Normalization folds width, case and compatibility forms, but not look-alikes of
other scripts. A name that is written in another script as a whole is not reported.

## Options

None.
`],["monitor-block",`# monitor-block

## Summary

In monitor mode, \`action: block\` and \`denied_tools\` stop no call: it is logged and forwarded.

## Avoid

\`\`\`yaml
spec:
  mode: monitor
  tool_rules:
    - tool: delete_repository
      action: block
\`\`\`

\`\`\`yaml
spec:
  mode: monitor
  denied_tools:
    - delete_repository
\`\`\`

## Prefer

\`\`\`yaml
spec:
  mode: enforce
  tool_rules:
    - tool: delete_repository
      action: block
\`\`\`

## Why

The specification's table says that in monitor mode a blocked call is logged as a violation and forwarded, and this
toolkit does so. Whoever reads \`action: block\` in a review believes the opposite. The reference implementation does
block what a rule blocks, also in monitor mode: a policy that was tried out there does something else here.

Rate limits, protected paths, denied methods and questions (\`action: ask\`) hold in monitor mode too.

## Options

None.
`],["monitor-mode",`# monitor-mode

## Summary

The policy only watches: calls that it would refuse are forwarded.

## Avoid

\`\`\`yaml
spec:
  mode: monitor
  allowed_tools:
    - read_file
\`\`\`

## Prefer

\`\`\`yaml
spec:
  mode: enforce
  allowed_tools:
    - read_file
\`\`\`

## Why

Monitor mode is for trying a policy out: violations are in the audit log, and the calls go through. It tends to stay.
Rate limits, protected paths, denied methods and questions hold in monitor mode too.

There is no fix: when a trial ends is for people to say.

## Options

None.
`],["newline-or-second-command",`# newline-or-second-command

## Summary

A pattern for a command or a query lets a second one through, after \`;\`, \`|\`, \`&&\` or a line break.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: run_query
      allow_args:
        query: '^SELECT\\s+.*'
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: run_command
      action: ask
      allow_args:
        command: '^(?:ls|cat)\\s.*'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: run_query
      allow_args:
        query: "^SELECT [A-Za-z0-9_, *=]+$"
    - tool: run_command
      action: ask
      allow_args:
        command: "^(?:ls|cat) [A-Za-z0-9_./-]+$"
\`\`\`

## Why

A shell reads \`;\`, \`|\`, \`&\`, \`$(\u2026)\`, backticks and line breaks as the start of another command; a database reads \`;\` as
the start of another statement. \`.*\` accepts all of them but the line break, and \`\\s\` accepts that one too. List the
characters that may stand there instead of those that may not.

The rule looks at arguments whose names say that a shell or a database reads them, such as \`command\`, \`cmd\`, \`script\`
and \`sql\`, and at \`query\` where the tool or the pattern speaks of SQL.

## Options

None.
`],["non-standard-denied-tools",`# non-standard-denied-tools

## Summary

\`denied_tools\` is not in the specification, so another implementation may ignore it.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  denied_tools:
    - delete_file
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  tool_rules:
    - tool: delete_file
      action: block
\`\`\`

## Why

The reference implementation reads \`denied_tools\` and lets it win over everything else, and so does this toolkit:
ignoring a denial would fail open. The specification and its published schemas do not have the field, so an
implementation may refuse the policy or ignore the list.

A tool that neither \`allowed_tools\` nor a rule names is refused anyway.

## Options

None.
`],["optional-argument",`# optional-argument

## Summary

A rule constrains an argument that callers may leave out: calls without it are refused (with a recorded tool list).

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^[a-z]+\\.md$'
        encoding: '^utf-8$'
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^[a-z]+\\.md$'
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Why

There is no way to say "if it is there, it has to match": a missing constrained argument is a violation. Agents leave
optional arguments out, and then wonder.

## Options

None.
`],["outdated-methods",`# outdated-methods

## Summary

The allowed methods are those of an older MCP: today's clients send others.

## Avoid

\`\`\`yaml
spec:
  allowed_methods:
    - initialize
    - notifications/initialized
    - tools/list
    - tools/call
    - cancelled
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_methods:
    - initialize
    - notifications/initialized
    - notifications/cancelled
    - tools/list
    - tools/call
\`\`\`

## Why

The specification's default list has \`cancelled\`, which no client sends; MCP calls it \`notifications/cancelled\`. A
refused notification gets no answer, so nobody notices that a long call could not be stopped.

The default list also lacks \`notifications/roots/list_changed\`, without which a server does not hear that the folders of
its client changed, and \`logging/setLevel\`, with which a client chooses what a server logs. That is only reported where
a policy has no list of its own, and not for a method that \`denied_methods\` names.

## Options

None.
`],["overbroad-protected-path",`# overbroad-protected-path

## Summary

A protected path holds the working directory, so that every call with an argument is refused.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  protected_paths:
    - .
\`\`\`

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  protected_paths:
    - /
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  protected_paths:
    - ~/.ssh
    - .env
    - /etc
\`\`\`

## Why

A protected path protects all that lies below it. A text without a slash is a path too, in the working directory: where
that is protected, every text refers to it, a plain word and the name of an argument included. Only calls without any
argument pass. Its author most likely meant files directly in the folder, or thought that the entry is a pattern.

A folder such as \`~\` that holds the working directory of some machines only is not reported.

## Options

None.
`],["path-traversal",`# path-traversal

## Summary

A pattern for a path accepts \`..\`, which leads out of the folder that it names.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: write_file
      allow_args:
        path: "^/workspace/.*"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: write_file
      allow_args:
        path: "^/workspace/(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/?)+$"
\`\`\`

## Why

\`/workspace/../etc/passwd\` starts with \`/workspace/\`, and a server that opens it opens \`/etc/passwd\`. Patterns see the
text of an argument, before anybody resolves it; only protected paths are compared after resolution.

A pattern can refuse \`..\` without look-ahead: let each segment start with a character that is no dot. Where the pattern
is a folder and nothing else, the fix writes one in which no segment starts with two dots.

## Options

None.
`],["policy-name",`# policy-name

## Summary

The name of the policy is not in kebab-case of at most 63 characters.

## Avoid

\`\`\`yaml
metadata:
  name: My Policy
\`\`\`

## Prefer

\`\`\`yaml
metadata:
  name: my-policy
\`\`\`

## Why

The name stands in logs, in tokens as their audience, and in file names and labels, which do not admit everything.

## Options

None.
`],["reference-ignores-field",`# reference-ignores-field

## Summary

The reference implementation does not read a field, so what it demands does not hold there.

## Avoid

\`\`\`yaml
spec:
  dlp:
    scan_requests: true
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    detect_encoding: true
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

It skips fields that it does not know, so a policy loads there and holds less than it says. The rule is for teams
whose policies run in both.

## Options

None.
`],["reference-refuses-pattern",`# reference-refuses-pattern

## Summary

The reference implementation takes a pattern for dangerous and refuses the whole policy.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: open_page
      allow_args:
        path: '^(?:[a-z]+/)*([a-z]+)+$'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: open_page
      allow_args:
        path: '^(?:[a-z]+/)*[a-z]+$'
\`\`\`

## Why

Before it compiles a pattern, the reference implementation looks for repeats inside of repeats in its text, and for
more than 1,000 bytes. Neither is dangerous to an engine with linear time, but the policy does not load there.

## Options

None.
`],["resource-read-bypass",`# resource-read-bypass

## Summary

Paths are protected from tools, but \`resources/read\` hands files out without a tool call.

## Avoid

\`\`\`yaml
spec:
  allowed_methods:
    - tools/call
    - resources/read
  protected_paths:
    - ~/.ssh
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_methods:
    - tools/call
    - resources/list
  protected_paths:
    - ~/.ssh
\`\`\`

## Why

\`protected_paths\` is compared with the arguments of tool calls. A server that offers files as resources answers
\`resources/read\` with \`file:///home/me/.ssh/id_ed25519\`, and no path is compared. The default list of methods leaves
\`resources/read\` out for this reason.

## Options

None.
`],["rotation-disabled",`# rotation-disabled

## Summary

Identity tokens are not rotated before they expire.

## Avoid

\`\`\`yaml
spec:
  identity:
    enabled: true
    rotation_interval: 0s
\`\`\`

## Prefer

\`\`\`yaml
spec:
  identity:
    enabled: true
    rotation_interval: 4m
\`\`\`

## Why

Rotation renews a token before it expires, so that tokens can be short-lived. The specification does not recommend to
turn it off in production.

## Options

None.
`],["schema-hash-mismatch",`# schema-hash-mismatch

## Summary

\`schema_hash\` is not that of the server's tool, so its calls are refused (with a recorded tool list).

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      schema_hash: sha256:0000000000000000000000000000000000000000000000000000000000000000
\`\`\`

\`\`\`json
[{ "name": "read_file", "description": "Reads a file.", "inputSchema": { "type": "object" } }]
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      schema_hash: sha256:98aa30f036a188f9dceb3f74a948bf9308d12f81736528a312f3b93dac080dd2
\`\`\`

\`\`\`json
[{ "name": "read_file", "description": "Reads a file.", "inputSchema": { "type": "object" } }]
\`\`\`

## Why

The hash covers the tool's name, description and input schema. It changes when the server is updated, and when
somebody poisons a description with instructions for the agent: look before you take it over. The fix fills in the
hash of the recorded definition.

## Options

None.
`],["secret-in-policy",`# secret-in-policy

## Summary

The policy itself holds a secret, in a value or in a comment.

## Avoid

\`\`\`yaml
spec:
  registry:
    enabled: true
    endpoint: https://registry.internal
    auth:
      type: bearer
      token: c2VjcmV0LXRva2Vu
\`\`\`

\`\`\`yaml
spec:
  identity:
    enabled: true
    nonce_storage:
      type: postgres
      address: postgres://aip:hunter2@db.internal:5432/nonces
\`\`\`

## Prefer

\`\`\`yaml
spec:
  registry:
    enabled: true
    endpoint: https://registry.internal
    auth:
      type: mtls
    tls:
      client_cert: /etc/aip/client.pem
      client_key: /etc/aip/client.key
\`\`\`

## Why

Policies are reviewed, published and kept in repositories: more people read them than may know the secret, and history
does not forget. Text that calls itself an example or a placeholder is not reported.

## Options

None.
`],["shadowed-method",`# shadowed-method

## Summary

A method is allowed and denied; the denial wins.

## Avoid

\`\`\`yaml
spec:
  allowed_methods:
    - tools/call
    - resources/list
  denied_methods:
    - Resources/List
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_methods:
    - tools/call
    - resources/list
  denied_methods:
    - resources/read
\`\`\`

## Why

One of the two entries is a mistake, and a reader of the policy can not tell which. The fix keeps the denial, which is
what holds today.

## Options

None.
`],["signature-mismatch",`# signature-mismatch

## Summary

The signature of the policy does not verify with the given public key, or there is none.

## Avoid

\`\`\`yaml
metadata:
  name: build-agent
  signature: ed25519:5KnHuvCP309VEOgzDYtpnw3FhKx9KpUinQ2Z7ORpBTXZIv9HbX4dcvq3GfYpyZAyJ5Q1pbtnQKqGVxAebt1PDA==
spec:
  allowed_tools:
    - delete_file
\`\`\`

\`\`\`pem
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAmuvDcFe1gS+tZEJKZ3qu+MgizwMvTaKofDm2r7FA/T8=
-----END PUBLIC KEY-----
\`\`\`

## Prefer

\`\`\`yaml
metadata:
  name: build-agent
  signature: ed25519:5KnHuvCP309VEOgzDYtpnw3FhKx9KpUinQ2Z7ORpBTXZIv9HbX4dcvq3GfYpyZAyJ5Q1pbtnQKqGVxAebt1PDA==
spec:
  allowed_tools:
    - read_file
\`\`\`

\`\`\`pem
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAmuvDcFe1gS+tZEJKZ3qu+MgizwMvTaKofDm2r7FA/T8=
-----END PUBLIC KEY-----
\`\`\`

## Why

The signature covers the policy without its comments, its quoting and the order of its keys. One that does not verify
says that the policy is not the one that was approved: here, another tool took the place of the one that was signed.

The rule is silent where no public key is given.

## Options

None.
`],["sorted-tools",`# sorted-tools

## Summary

A list of tools is not in alphabetical order.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - write_file
    - read_file
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
    - write_file
\`\`\`

## Why

In a sorted list, duplicates and gaps are easy to see, and two branches that add a tool conflict less often.

## Options

None.
`],["stray-whitespace",`# stray-whitespace

## Summary

A pattern, a path or an argument's name holds an invisible character, or white space at an end.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: open_page
      allow_args:
        name: |
          ^[a-z]+
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: open_page
      allow_args:
        name: '^[a-z]+$'
    - tool: run_git
      allow_args:
        command: '^git '
\`\`\`

## Why

A block scalar with \`|\` ends with a line break, which the pattern then asks for. The name of an argument with a space
behind it is the name of no argument, and the call is refused because that one is missing. A space before a protected
path is a part of its name: \` .env\` protects nothing that anybody has. A space at the end of a quoted pattern can be
meant and is not reported.

A character that is not shown, such as the zero-width space that copying from a web page leaves behind, does the same
to a pattern: it looks right in a review and matches nothing that a client sends. A pattern of \`dlp\` with one finds no
secret.

## Options

None.
`],["strict-default-on-listed-tools",`# strict-default-on-listed-tools

## Summary

\`strict_args_default\` also holds for tools that are only in \`allowed_tools\`: they admit no argument.

## Avoid

\`\`\`yaml
spec:
  strict_args_default: true
  allowed_tools:
    - read_file
\`\`\`

## Prefer

\`\`\`yaml
spec:
  strict_args_default: true
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^/workspace/[a-z]+\\.md$'
\`\`\`

## Why

With the default on, each argument has to be listed somewhere, and \`allowed_tools\` lists none. By the specification such
a tool can only be called without arguments; the reference implementation does not check and lets every argument pass.
Either way, the policy does not say what its author means.

## Options

None.
`],["strict-without-arguments",`# strict-without-arguments

## Summary

A strict rule without \`allow_args\` admits no argument, but the reference implementation admits all.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: get_status
      strict_args: true
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: get_status
      strict_args: true
      allow_args:
        service: "^[a-z]{1,20}$"
\`\`\`

## Why

\`strict_args\` refuses arguments that the rule does not list, and a rule that lists none admits none. The reference
implementation skips the check where \`allow_args\` is missing, so there the same policy admits everything. Rules with
\`action: ask\` are not affected.

## Options

None.
`],["suspicious-range",`# suspicious-range

## Summary

A range in a character class holds more than it looks like, such as \`[A-z]\`.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: open_page
      allow_args:
        name: '^[A-z]+$'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: open_page
      allow_args:
        name: '^[A-Za-z]+$'
    - tool: dial
      allow_args:
        number: '^[0-9+.-]+$'
\`\`\`

## Why

Between \`Z\` and \`a\` stand brackets, the backslash, \`^\`, \`_\` and the backtick: the last one starts a command in a
shell. Between \`+\` and \`.\` stand the comma and the hyphen.

## Options

None.
`],["token-not-required",`# token-not-required

## Summary

Tokens are issued and checked, but calls without one pass.

## Avoid

\`\`\`yaml
spec:
  identity:
    enabled: true
\`\`\`

## Prefer

\`\`\`yaml
spec:
  identity:
    enabled: true
    require_token: true
\`\`\`

## Why

This is meant for a rollout: first tokens are issued, then they are demanded. Until the second step, leaving the token
out is all that an attacker has to do.

## Options

None.
`],["unanchored-pattern",`# unanchored-pattern

## Summary

A pattern for an argument is open at an end, so texts that merely contain a match pass.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: set_log_level
      allow_args:
        level: "debug|info"
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: open_issue
      allow_args:
        repository: "^example/website"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: set_log_level
      allow_args:
        level: "^(?:debug|info)$"
    - tool: open_issue
      allow_args:
        repository: "^example/website$"
    - tool: search_issues
      allow_args:
        text: "^label:public .*"
\`\`\`

## Why

A pattern is searched in the value, not compared with it: \`info\` also accepts \`drop table x; -- info\`. Only \`^\` and \`$\`
tie it to the start and the end of the value. Where anything may stand before or after, \`.*\` says so and the rule is
silent.

The example in the finding is a text that the pattern really accepts. The fix adds the missing anchors, around a
group where the pattern has alternatives; it only ever takes texts away.

## Options

- \`allowPrefixes\` (flag, default \`true\`): accept a pattern that ends with a separator, such as \`^/workspace/\`
`],["undetected-encoding",`# undetected-encoding

## Summary

Secrets are found as they are, but not when they are encoded in base64 or hexadecimal.

## Avoid

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    detect_encoding: true
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

A file that comes as base64 is the usual way in which servers return anything that is not plain text, and encoding is
the first thing that an attacker asks an agent for.

## Options

None.
`],["unexplained-exception",`# unexplained-exception

## Summary

A powerful tool is allowed without a comment that says why.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: run_command
      action: ask
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    # The release script is started by hand until the pipeline can.
    - tool: run_command
      action: ask
\`\`\`

## Why

The next reviewer can not tell an exception that was thought about from one that was forgotten.

## Options

None.
`],["unfiltered-stderr",`# unfiltered-stderr

## Summary

Responses are scanned for secrets, but what the server writes to standard error is not.

## Avoid

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    filter_stderr: true
    patterns:
      - name: AWS access key
        regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b'
\`\`\`

## Why

Servers write requests, environments and stack traces to standard error, and clients show it or keep it.

## Options

None.
`],["unguarded-destruction",`# unguarded-destruction

## Summary

A tool that destroys something is allowed without a question.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - delete_branch
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: delete_branch
      action: ask
\`\`\`

## Why

An agent that misreads its task deletes the wrong thing with the same confidence. A question costs a moment; what is
deleted is gone. Constraints on arguments say what may be deleted, not whether now.

## Options

None.
`],["unguarded-execution",`# unguarded-execution

## Summary

A tool that runs commands, code or queries is allowed without a question and without a constraint.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - run_shell_command
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: postgres_query
      rate_limit: 10/minute
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: run_shell_command
      allow_args:
        working_directory: ^/srv$
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: run_shell_command
      action: ask
    - tool: postgres_query
      allow_args:
        query: "^SELECT [a-z_, ]+ FROM [a-z_]+$"
    - tool: eval
      action: block
\`\`\`

## Why

Whoever writes into the agent's context, in an issue or on a web page, can write such a call. One allowed shell makes
every other line of the policy pointless: it reads what \`read_file\` may not, and deletes what \`delete_file\` may not.

The rule goes by names: words such as \`shell\`, \`exec\`, \`eval\`, \`subprocess\` and \`sql\`, and verbs with objects such as
\`run_command\` and \`execute_query\`. A pattern for the folder, the time limit or the format alone constrains nothing of what
is run, unless the rule is strict and lists no other argument. The fix adds a question, which only ever narrows what passes.

## Options

- \`ignore\` (strings, default \`[]\`): names of tools that only sound like it
`],["unguarded-network",`# unguarded-network

## Summary

A tool that opens addresses is allowed without a question and without a constraint.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - fetch_url
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: '^https://docs\\.example\\.com/'
\`\`\`

## Why

An address carries data: \`https://evil.example/?key=\u2026\` sends a secret to somebody else's log. And an agent stands inside
the network: addresses such as that of a cloud's metadata service answer it, and nobody outside.

## Options

None.
`],["unknown-argument",`# unknown-argument

## Summary

A rule constrains an argument that the tool's schema does not have (with a recorded tool list).

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        file: '^[a-z]+\\.md$'
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^[a-z]+\\.md$'
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Why

A constrained argument has to be there: calls without it are refused, and no client sends an argument that the schema
does not have. Meanwhile the argument that was meant is not constrained. Schemas that admit arguments that they do not
list are left alone.

## Options

None.
`],["unknown-method",`# unknown-method

## Summary

A method is not one of MCP, so allowing or denying it changes nothing for a standard server.

## Avoid

\`\`\`yaml
spec:
  denied_methods:
    - resource/read
\`\`\`

## Prefer

\`\`\`yaml
spec:
  denied_methods:
    - resources/read
\`\`\`

## Why

A misspelt method in \`denied_methods\` denies nothing; one in \`allowed_methods\` leaves a feature broken. The rule knows
the methods of MCP up to its revision 2026-07-28 and those of the specification's default list.

## Options

- \`methods\` (strings, default \`[]\`): methods of your own servers that are not MCP's
`],["unknown-tool",`# unknown-tool

## Summary

The policy names a tool that the server does not have (with a recorded tool list).

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - read_fiel
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Why

A misspelt name in \`allowed_tools\` is a broken feature; a misspelt name in \`denied_tools\` is an open door. To deny a
tool that the server does not have is good practice, so there only what looks like a slip of the pen is reported.

## Options

None.
`],["unlisted-required-argument",`# unlisted-required-argument

## Summary

A strict rule does not list an argument that the tool demands (with a recorded tool list).

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      strict_args: true
      allow_args:
        encoding: '^utf-8$'
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      strict_args: true
      allow_args:
        path: '^[a-z]+\\.md$'
        encoding: '^utf-8$'
\`\`\`

\`\`\`json
[
  {
    "name": "read_file",
    "inputSchema": {
      "type": "object",
      "properties": { "path": { "type": "string" }, "encoding": { "enum": ["utf-8", "latin-1"] } },
      "required": ["path"]
    }
  }
]
\`\`\`

## Why

With the argument, the rule refuses the call; without it, the tool does.

## Options

None.
`],["unnormalized-name",`# unnormalized-name

## Summary

A name of a tool is not written in the form in which names are compared, beyond its case.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - '\uFF52\uFF45\uFF41\uFF44_file'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
    - readFile
\`\`\`

## Why

Full-width letters, ligatures and invisible characters are folded before names are compared. A policy that holds them
was copied from somewhere, and no reader sees what it says.

## Options

None.
`],["unprotected-secrets",`# unprotected-secrets

## Summary

Tools can read any file, and the usual places of secrets are not protected.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_tools:
    - read_file
  protected_paths:
    - ~/.ssh
    - .env
    - ~/.aws
    - ~/.config/gcloud
    - ~/.azure
    - ~/.kube
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: read_file
      allow_args:
        path: '^/workspace/[a-z]+\\.md$'
\`\`\`

## Why

Keys and tokens lie at known places. An agent that can read any file can read them, and one injected sentence makes it
try. The policy file itself is always protected, the rest is not.

## Options

- \`paths\` (strings, default \`["~/.ssh",".env","~/.aws","~/.config/gcloud","~/.azure","~/.kube"]\`): what should be
  protected
`],["unreachable-rule",`# unreachable-rule

## Summary

An entry can not matter, because another one decides before it.

## Avoid

\`\`\`yaml
spec:
  allowed_tools:
    - fetch_url
    - list_issues
  tool_rules:
    - tool: fetch_url
      action: block
\`\`\`

\`\`\`yaml
spec:
  denied_tools:
    - fetch_url
  tool_rules:
    - tool: fetch_url
      action: ask
\`\`\`

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      action: block
      allow_args:
        url: '^https://docs\\.example\\.com/'
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: fetch_url
      action: ask
      allow_args:
        url: '^https://docs\\.example\\.com/'
\`\`\`

## Why

\`denied_tools\` is asked first, then a rule's \`action: block\`, then everything else. An entry behind one of these two
changes nothing: either it is a leftover, or its author believes that calls go through which do not. In monitor mode
a blocked call is forwarded, but its arguments are not looked at either.

The fix removes the name from \`allowed_tools\`, where it has no effect.

## Options

None.
`],["unverified-aat",`# unverified-aat

## Summary

A check of agent authentication tokens is turned off.

## Avoid

\`\`\`yaml
spec:
  aat:
    enabled: true
    require: true
    validation:
      verify_signature: false
\`\`\`

## Prefer

\`\`\`yaml
spec:
  aat:
    enabled: true
    require: true
\`\`\`

## Why

A token whose signature nobody checks is a form that anybody can fill in. The checks are on by default; there is no
reason to turn them off outside of a test.

## Options

None.
`],["weak-dlp-pattern",`# weak-dlp-pattern

## Summary

A pattern of \`dlp\` is named after a well-known secret, but misses some of its forms.

## Avoid

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: GitHub token
        regex: "ghp_[A-Za-z0-9]{36}"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  dlp:
    patterns:
      - name: GitHub token
        regex: "gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}"
\`\`\`

## Why

The name promises that such secrets do not get through. Issuers have several forms: personal, temporary and fine-grained
tokens look different. The rule tries made-up secrets of the documented forms on the patterns of the policy, and reports
those that none of them finds. It knows the keys of AWS and Google, the tokens of GitHub and Slack, private keys and JSON
web tokens.

## Options

None.
`],["wildcard-methods",`# wildcard-methods

## Summary

\`*\` in \`allowed_methods\` opens every method, also those that no rule for tools stops.

## Avoid

\`\`\`yaml
spec:
  allowed_methods:
    - "*"
\`\`\`

## Prefer

\`\`\`yaml
spec:
  allowed_methods:
    - initialize
    - notifications/initialized
    - notifications/cancelled
    - ping
    - tools/list
    - tools/call
\`\`\`

## Why

Rules for tools, arguments and paths look at \`tools/call\` alone. \`resources/read\`, \`prompts/get\` and whatever a later
version of MCP adds go past them.

## Options

None.
`],["zero-rate-limit",`# zero-rate-limit

## Summary

A rate limit of zero refuses every call, and the reference implementation refuses the policy.

## Avoid

\`\`\`yaml
spec:
  tool_rules:
    - tool: send_mail
      rate_limit: 0/minute
\`\`\`

## Prefer

\`\`\`yaml
spec:
  tool_rules:
    - tool: send_mail
      rate_limit: 5/minute
    - tool: delete_mail
      action: block
\`\`\`

## Why

A bucket that holds no token never lets a call through. Agents see "rate limit exceeded" and try again later, for ever;
\`action: block\` tells them the truth.

## Options

None.
`]]);export{RULE_PAGES};
