import type { DecisionTable } from '@agentpolicy/core';
import { createEngine } from '@agentpolicy/engine';
import type { Judged } from '../judge/judgement.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import { replayTrace } from '../replay/replay-trace.ts';
import {
  type Draft,
  type DraftChoices,
  type DraftOptions,
  keyOf,
  NO_CHOICES,
  writeDraft,
} from './draft-policy.ts';
import {
  type Observations,
  observeTraffic,
  placeOf,
  TRACE_ENVIRONMENT,
  type TraceSource,
} from './observe.ts';

/** Something that a reviewer has against a draft. */
export interface Objection {
  /** JSON pointer into the draft. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface SuggestOptions extends DraftOptions {
  /** Looks at a draft; nothing unless given. What it objects to is drafted more strictly where that is possible. */
  readonly review?: (text: string) => readonly Objection[];
}

export interface Suggestion {
  /** The policy in YAML. */
  readonly text: string;
  readonly observations: Observations;
  /** What is left of the objections. */
  readonly objections: readonly Objection[];
  /** Recorded messages that the policy blocks all the same. */
  readonly blocked: readonly BlockedMessage[];
}

/** A message of the traffic that a draft refuses. */
export interface BlockedMessage {
  readonly file: string;
  readonly line: number;
  readonly tool: string | null;
  readonly method: string | null;
  readonly reason: Judged['reason'];
}

const MAX_ROUNDS = 100;

/**
 * Drafts a least-privilege policy: it permits what the recorded sessions did, by the tightest pattern that is
 * readable and that the reviewer has nothing against, and is replayed to see that it does.
 * @throws TestRunnerError `not-readable`, where reading the lines throws it.
 */
export function suggestPolicy(sources: readonly TraceSource[], options: SuggestOptions): Suggestion {
  const observations = observeTraffic(sources);
  let choices = NO_CHOICES;
  for (let round = 0; ; round++) {
    const draft = writeDraft(observations, choices, options);
    const isLast = round === MAX_ROUNDS;
    const objections = options.review?.(draft.text) ?? [];
    const stricter = isLast ? null : settle(draft, choices, objections, []);
    if (stricter !== null) {
      choices = stricter;
      continue;
    }
    // Traces may be long: they are replayed once the reviewer has nothing more to say.
    const blocked = replayDraft(draft, sources, observations);
    const next = isLast ? null : settle(draft, choices, [], blocked);
    if (next === null) return { text: draft.text, observations, objections, blocked };
    choices = next;
  }
}

function replayDraft(
  draft: Draft,
  sources: readonly TraceSource[],
  observations: Observations,
): readonly BlockedMessage[] {
  const table = compileDraft(draft.text);
  const blocked: BlockedMessage[] = [];
  for (const { file, lines } of sources) {
    replayTrace(lines(), {
      createEngine: (clock) => createEngine(table, { ...TRACE_ENVIRONMENT, clock }),
      approver: null,
      onMessage: ({ line, judged }) => {
        const { tool, method, reason } = judged;
        if (isRefused(judged) && !observations.refused.has(placeOf(file, line)))
          blocked.push({ file, line, tool, method, reason });
      },
      onProblem: () => undefined,
    });
  }
  return blocked;
}

/** A question to a person is not refused yet. */
function isRefused({ from, subject, decision }: Judged): boolean {
  return from === 'client' && subject !== 'answer' && decision !== 'ALLOW' && decision !== 'ASK';
}

function compileDraft(text: string): DecisionTable {
  const loaded = loadPolicy(text, 'draft');
  if (loaded.ok) return loaded.table;
  throw new Error(
    `the draft can't be compiled: ${loaded.diagnostics.map(({ message }) => message).join('; ')}`,
  );
}

/** The choices that heed what was found; null where nothing more can be done. */
function settle(
  draft: Draft,
  before: DraftChoices,
  objections: readonly Objection[],
  blocked: readonly BlockedMessage[],
): DraftChoices | null {
  const ask = new Set(before.ask);
  const open = new Set(before.open);
  const skip = new Set<string>();
  let { unprotected } = before;
  for (const { pointer, code } of objections) {
    const place = draft.places.get(pointer) ?? draft.places.get(ruleOf(pointer));
    if (code === 'resource-read-bypass') unprotected = true;
    else if (place === undefined) continue;
    else if (place.argument === null) ask.add(place.tool);
    else skip.add(keyOf(place.tool, place.argument));
  }
  for (const { tool, reason } of blocked) {
    const { path, argument } = describeRefusal(reason);
    if (path !== null) open.add(path);
    if (tool !== null && argument !== null) skip.add(keyOf(tool, argument));
  }
  const grows =
    ask.size > before.ask.size ||
    open.size > before.open.size ||
    unprotected !== before.unprotected ||
    skip.size > 0;
  if (!grows) return null;
  const skipped = new Map(before.skipped);
  for (const key of skip) skipped.set(key, (skipped.get(key) ?? 0) + 1);
  return { ask, open, skipped, unprotected };
}

function ruleOf(pointer: string): string {
  return pointer.split('/').slice(0, 4).join('/');
}

function describeRefusal(reason: Judged['reason']): {
  readonly path: string | null;
  readonly argument: string | null;
} {
  switch (reason.kind) {
    case 'protected-path':
      return { path: reason.path, argument: null };
    case 'argument-mismatch':
    case 'argument-missing':
      return { path: null, argument: reason.argument };
    default:
      return { path: null, argument: null };
  }
}
