import { appendPointer, normalizeName } from '@agentpolicy/core';
import type { Observations, ObservedArgument, ObservedTool } from './observe.ts';
import { type Proposal, proposePatterns } from './patterns/propose-patterns.ts';
import {
  comment,
  type DlpPattern,
  PROTECTED_PATHS,
  plural,
  quotePattern,
  quoteYaml,
  writeDlp,
} from './policy-text.ts';

/** Something that a reader of the draft may object to. */
export interface DraftPlace {
  readonly tool: string;
  /** Null: the rule as a whole. */
  readonly argument: string | null;
}

/** What was decided about a draft so far. Each choice only makes it stricter, or leaves out what can't be said. */
export interface DraftChoices {
  /** Tools that a person is asked about. */
  readonly ask: ReadonlySet<string>;
  /** How many of its patterns an argument has given up, by tool and argument. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Protected paths that the traffic needs. */
  readonly open: ReadonlySet<string>;
  /** Protected paths are left out, since resources are read past them. */
  readonly unprotected: boolean;
}

export const NO_CHOICES: DraftChoices = {
  ask: new Set(),
  skipped: new Map(),
  open: new Set(),
  unprotected: false,
};

export interface DraftOptions {
  /** `metadata.name`. */
  readonly name: string;
  readonly secrets: readonly DlpPattern[];
}

export interface Draft {
  readonly text: string;
  /** What stands at a JSON pointer. */
  readonly places: ReadonlyMap<string, DraftPlace>;
}

/** The key of an argument in `DraftChoices`. */
export function keyOf(tool: string, argument: string): string {
  return JSON.stringify([tool, argument]);
}

/** Writes a policy that permits what was seen, with comments that say what each line rests on. */
export function writeDraft(found: Observations, choices: DraftChoices, options: DraftOptions): Draft {
  const places = new Map<string, DraftPlace>();
  const tools = [...found.tools.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = [
    `# Drafted from ${plural(found.calls, 'tool call')} in ${plural(found.sessions, 'session')}: what these did is permitted, and nothing else.`,
    '# Each comment says how many calls a line rests on. Few calls show little: read every line before you rely on it.',
    'apiVersion: aip.io/v1alpha1',
    'kind: AgentPolicy',
    'metadata:',
    `  name: ${options.name}`,
    'spec:',
    '  mode: enforce',
    ...writeMethods(found),
    ...(tools.length === 0 ? ['  # No tool was called.'] : ['  tool_rules:']),
    ...tools.flatMap((tool, index) => writeRule(tool, `/spec/tool_rules/${index}`, choices, places)),
    ...writeProtectedPaths(choices),
    ...writeDlp(options.secrets),
  ];
  return { text: `${lines.join('\n')}\n`, places };
}

/** What every client needs, seen or not. */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ['initialize', 'a session begins with it'],
  ['notifications/initialized', 'a session begins with it'],
  ['notifications/cancelled', 'a client takes a call back with it'],
]);

function writeMethods({ methods }: Observations): readonly string[] {
  const names = [...new Set([...methods.keys(), ...NEEDED.keys()])].sort();
  return [
    '  allowed_methods:',
    ...names.map((name) => {
      const count = methods.get(name);
      const why = count === undefined ? `not seen; ${NEEDED.get(name)}` : plural(count, 'message');
      return `    - ${quoteYaml(name)} # ${why}`;
    }),
  ];
}

function writeRule(
  tool: ObservedTool,
  pointer: string,
  choices: DraftChoices,
  places: Map<string, DraftPlace>,
): readonly string[] {
  places.set(pointer, { tool: tool.name, argument: null });
  const lines: string[] = [];
  const left: string[] = [];
  // What no pattern can tell, a person has to.
  const givesUp = [...tool.args.values()].some(
    (arg) =>
      (choices.skipped.get(keyOf(tool.name, arg.name)) ?? 0) >= Math.max(proposePatterns(arg).length, 1),
  );
  for (const arg of [...tool.args.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const proposal = chooseProposal(tool, arg, choices);
    if (typeof proposal === 'string') left.push(`      # ${comment(arg.name)}: ${proposal}`);
    else {
      places.set(appendPointer(`${pointer}/allow_args`, arg.name), { tool: tool.name, argument: arg.name });
      lines.push(
        `        # ${describeEvidence(arg, proposal)}`,
        `        ${quoteYaml(arg.name)}: ${quotePattern(proposal.pattern)}`,
      );
    }
  }
  return [
    `    # ${plural(tool.calls, 'call')}`,
    `    - tool: ${quoteYaml(spellTool(tool))}`,
    ...(choices.ask.has(tool.name) || givesUp
      ? ['      action: ask # what it can do is more than patterns can tell']
      : []),
    ...left,
    ...(left.length > 0
      ? []
      : [`      strict_args: true${lines.length === 0 ? ' # came without arguments' : ''}`]),
    ...(lines.length === 0 ? [] : ['      allow_args:', ...lines]),
  ];
}

/** How many calls, and how different ones, a pattern rests on. */
function describeEvidence(arg: ObservedArgument, { note }: Proposal): string {
  const calls = plural(arg.present, 'call');
  if (arg.values.size > 1) return `${calls}, ${arg.values.size} values: ${comment(note)}`;
  return arg.present === 1 ? calls : `${calls}, ${comment(note)}`;
}

/** A pattern, or why there is none. */
function chooseProposal(tool: ObservedTool, arg: ObservedArgument, choices: DraftChoices): Proposal | string {
  if (arg.present < tool.calls)
    return `in ${arg.present} of ${plural(tool.calls, 'call')}; a pattern would demand it in every one`;
  const spellings = [...tool.args.keys()].filter((name) => normalizeName(name) === normalizeName(arg.name));
  if (spellings.length > 1) return 'spelt in several ways; once it has a pattern, only one is admitted';
  const proposals = proposePatterns(arg);
  const chosen = proposals[choices.skipped.get(keyOf(tool.name, arg.name)) ?? 0];
  if (chosen === undefined && proposals.length > 0)
    return `${plural(arg.present, 'call')}; every pattern for what they held would be too wide or dangerous`;
  return chosen ?? `${plural(arg.present, 'call')}, and no readable pattern for what they held`;
}

/** As it was called, where that is plain text; the policy compares names in their normal form anyhow. */
function spellTool({ name, display }: ObservedTool): string {
  return /^[A-Za-z0-9_./-]+$/.test(display) ? display : name;
}

function writeProtectedPaths({ open, unprotected }: DraftChoices): readonly string[] {
  if (unprotected)
    return ['  # Without protected_paths: resources/read was used, and would read what they protect.'];
  const paths = PROTECTED_PATHS.filter((path) => !open.has(path));
  return [
    '  protected_paths:',
    ...paths.map((path) => `    - ${quoteYaml(path)}`),
    ...[...open].sort().map((path) => `    # ${comment(path)} is left out: recorded calls refer to it`),
  ];
}
