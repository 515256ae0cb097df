import { atSpan } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { isAddressArgument } from '../../facts/argument-kinds.ts';
import { getNarrowingSafety } from '../../facts/narrowing.ts';
import { quote } from '../../facts/quote.ts';
import type { FindingFix } from '../../fixes/finding-fix.ts';
import type { PatternModel } from '../../model/pattern-model.ts';
import type { ArgumentModel } from '../../model/policy-model.ts';
import { findHosts, type PatternHost } from '../../patterns/hosts.ts';
import { isNearlyUniversal } from '../../patterns/universal.ts';

export const hostLookalike: Rule = {
  meta: {
    name: 'host-lookalike',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: "A pattern that names a host also accepts somebody else's host.",
    options: {},
  },
  *check(model) {
    for (const { rule, argument } of model.constrained) {
      const { pattern } = argument;
      if (pattern.pattern === undefined || isNearlyUniversal(pattern)) continue;
      if (!pattern.source.includes('://') && !isAddressArgument(argument.name)) continue;
      const safety = getNarrowingSafety(model, rule);
      for (const host of findHosts(pattern.pattern)) yield* checkHost(argument, host, safety);
    }
  },
};

function* checkHost(
  argument: ArgumentModel,
  host: PatternHost,
  safety: FindingFix['safety'],
): Iterable<Finding> {
  const { pattern } = argument;
  const forms = findForms(pattern, host.name);
  if (forms.length === 0) return;
  const foreign = findForeign(pattern, host.name, forms);
  if (foreign !== undefined) {
    yield {
      place: atSpan(argument.pointer, host.start, host.end),
      message: `${quote(pattern.source)} accepts other hosts than ${quote(host.name)}: ${quote(foreign)} passes`,
      help: `start with \`^https://\` and let a \`/\` follow the host: \`^https://${host.name.replaceAll('.', '\\.')}/\``,
    };
  }
  const [dot] = host.looseDots;
  if (dot === undefined) return;
  const lookalike = replaceAt(host.name, dot.index, 'x');
  const example = forms.map((form) => form.replace(host.name, lookalike)).find(pattern.accepts);
  if (example === undefined) return;
  yield {
    place: atSpan(argument.pointer, dot.start, dot.end),
    message: `an unescaped \`.\` stands for any character: ${quote(example)} passes`,
    help: 'put a backslash before each dot of a host name',
    fixes: [escapeDots(argument.pointer, host, safety)],
  };
}

/** Escaping a dot only takes texts away. */
function escapeDots(pointer: string, host: PatternHost, safety: FindingFix['safety']): FindingFix {
  return {
    title: `escape the dots of \`${host.name}\``,
    safety,
    edits: host.looseDots.map(({ start }) => ({
      kind: 'replace-span',
      pointer,
      start,
      end: start,
      text: '\\',
    })),
  };
}

/** How an address of the host looks that the pattern accepts: as an address, as a bare host, with a path. */
function findForms(pattern: PatternModel, host: string): readonly string[] {
  const example = pattern.example ?? '';
  const at = example.indexOf(host);
  const own = at < 0 ? [] : [example];
  const forms = ['https://', 'http://', 'wss://', ''].flatMap((scheme) => [
    `${scheme}${host}`,
    `${scheme}${host}/`,
    `${scheme}${host}/x`,
    `${scheme}x.${host}/x`,
    `${scheme}x.${host}`,
  ]);
  return [...own, ...forms].filter(pattern.accepts);
}

/** An accepted address whose host is not the one that the pattern names. */
function findForeign(pattern: PatternModel, host: string, forms: readonly string[]): string | undefined {
  for (const form of forms) {
    const at = form.indexOf(host);
    const before = form.slice(0, at);
    const after = form.slice(at + host.length);
    const scheme = before.slice(0, before.indexOf('://') + 3);
    const candidates = [
      `${before}${host}.evil.example${after}`,
      `${before}${host}.evil.example/`,
      `${before}${host}@evil.example${after}`,
      `${before}${host}:x@evil.example${after}`,
      `${scheme}evil.example/${host}${after}`,
      `${scheme}evil.example/.${host}${after}`,
      `${scheme}evil.example?.${host}${after}`,
      `${scheme}evil.example#.${host}${after}`,
      // Browsers and many libraries take a backslash for a slash.
      `${scheme}evil.example\\.${host}${after}`,
      `${scheme}evil${host}${after}`,
    ];
    // Without a scheme the text before the host may be another's host only where it is read as one.
    const usable = scheme.length > 2 ? candidates : candidates.slice(0, 3);
    const found = usable.find((candidate) => pattern.accepts(candidate) && !isOwnHost(candidate, host));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the address is one of the host or of a name below it. */
function isOwnHost(address: string, host: string): boolean {
  const afterScheme = address.slice(address.indexOf('://') < 0 ? 0 : address.indexOf('://') + 3);
  const authority = afterScheme.split(/[/?#\\]/)[0] ?? '';
  const name = (authority.split('@').at(-1) ?? '').split(':')[0] ?? '';
  return name === host || name.endsWith(`.${host}`);
}

function replaceAt(text: string, index: number, replacement: string): string {
  return text.slice(0, index) + replacement + text.slice(index + 1);
}
