import { atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { isPlaceholder, SECRET_PATTERNS } from '../../facts/secrets.ts';
import type { PolicyModel } from '../../model/policy-model.ts';

export const secretInPolicy: Rule = {
  meta: {
    name: 'secret-in-policy',
    category: 'security',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'The policy itself holds a secret, in a value or in a comment.',
    options: {},
  },
  *check(model) {
    const { text } = model.document;
    for (const { label, regex } of SECRET_PATTERNS) {
      for (const match of text.matchAll(regex)) {
        if (isPlaceholder(match[0])) continue;
        yield {
          place: { at: 'text', start: match.index, end: match.index + match[0].trimEnd().length },
          message: `this looks like a secret: ${label}`,
          help: 'take it out and make it invalid where it was issued: whoever can read the policy or its history has it',
        };
      }
    }
    yield* checkRegistry(model);
  },
};

/** The fields of v1alpha3 whose very purpose is a secret. */
function* checkRegistry({ spec }: PolicyModel): Iterable<Finding> {
  const auth = spec.registry?.auth;
  for (const field of ['token', 'api_key'] as const) {
    const value = auth?.[field];
    if (value === undefined || isPlaceholder(value) || /^\$\{?[A-Z_]+\}?$/.test(value)) continue;
    yield {
      place: atValue(`/spec/registry/auth/${field}`),
      message: `\`${field}\` stands in the policy in plain text`,
      help: 'use `type: mtls` with a key outside of the policy',
    };
  }
}
