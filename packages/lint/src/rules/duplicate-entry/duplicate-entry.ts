import { atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { normalizePath } from '../../facts/paths.ts';
import { quote } from '../../facts/quote.ts';
import type { NamedEntry } from '../../model/policy-model.ts';

export const duplicateEntry: Rule = {
  meta: {
    name: 'duplicate-entry',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'A list names the same thing twice.',
    options: {},
  },
  *check(model) {
    yield* checkList(model.allowed, 'allowed_tools');
    yield* checkList(model.denied, 'denied_tools');
    yield* checkList(model.allowedMethods, 'allowed_methods');
    yield* checkList(model.deniedMethods, 'denied_methods');
    yield* checkList(
      model.protectedPaths.map(({ path, pointer }) => ({ text: path, name: normalizePath(path), pointer })),
      'protected_paths',
    );
    yield* checkList(
      (model.spec.aat?.trusted_issuers ?? []).map((text, index) => ({
        text,
        name: text,
        pointer: `/spec/aat/trusted_issuers/${index}`,
      })),
      'trusted_issuers',
    );
    yield* checkPatternNames(model.dlpPatterns);
  },
};

function* checkList(entries: readonly NamedEntry[], list: string): Iterable<Finding> {
  const first = new Map<string, NamedEntry>();
  for (const entry of entries) {
    const before = first.get(entry.name);
    if (before === undefined) {
      first.set(entry.name, entry);
      continue;
    }
    const same = before.text === entry.text ? '' : `, which is the same as ${quote(before.text)}`;
    yield {
      place: atValue(entry.pointer),
      message: `\`${list}\` names ${quote(entry.text)} twice${same}`,
      help: 'remove one of the two; if another name was meant, it is missing',
      related: [{ message: 'named first here', place: atValue(before.pointer) }],
      fixes: [
        {
          title: 'remove the second entry',
          safety: 'safe',
          edits: [{ kind: 'remove-item', pointer: entry.pointer }],
        },
      ],
    };
  }
}

/** Two patterns may share a name, but then nobody can tell from a log which of them matched. */
function* checkPatternNames(
  patterns: readonly { readonly name: string; readonly pointer: string }[],
): Iterable<Finding> {
  const first = new Map<string, string>();
  for (const { name, pointer } of patterns) {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, pointer);
      continue;
    }
    yield {
      place: atValue(`${pointer}/name`),
      message: `two patterns of \`dlp\` are named ${quote(name)}`,
      help: 'give each its own name: redactions and the audit log tell patterns apart by it',
      related: [{ message: 'named first here', place: atValue(`${before}/name`) }],
    };
  }
}
