import { atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import type { NamedEntry } from '../../model/policy-model.ts';

export const globInName: Rule = {
  meta: {
    name: 'glob-in-name',
    category: 'correctness',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'A name holds `*` or `?`, but names are compared as they are: nothing expands them.',
    options: {},
  },
  *check(model) {
    yield* checkNames(model.allowed, 'it allows no other tool than the one of this very name');
    yield* checkNames(model.denied, 'it denies no other tool than the one of this very name');
    yield* checkNames(
      model.rules.map((rule) => ({ text: rule.tool, name: rule.name, pointer: `${rule.pointer}/tool` })),
      'the rule is for no other tool than the one of this very name',
    );
    const methods = model.allowedMethods.filter((entry) => entry.name !== '*');
    yield* checkNames(methods, 'only `*` alone has a meaning, and stands for every method');
    yield* checkNames(model.deniedMethods, 'it denies no method of MCP');
  },
};

function* checkNames(entries: readonly NamedEntry[], consequence: string): Iterable<Finding> {
  for (const { text, pointer } of entries) {
    if (!text.includes('*') && !text.includes('?')) continue;
    yield {
      place: atValue(pointer),
      message: `${quote(text)} is a name, not a pattern: ${consequence}`,
      help: 'write each name out',
    };
  }
}
