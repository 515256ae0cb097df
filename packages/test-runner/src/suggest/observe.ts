import { type JsonNode, normalizeName, stringOf } from '@agentpolicy/core';
import { createEngine } from '@agentpolicy/engine';
import { spellMethod } from '@agentpolicy/message';
import { loadPolicy } from '../policy/load-policy.ts';
import { replayTrace, type TraceProblem } from '../replay/replay-trace.ts';
import type { TraceLine } from '../trace/number-lines.ts';

/** What was seen of one argument of a tool. */
export interface ObservedArgument {
  readonly name: string;
  /** Calls that had it. */
  present: number;
  /** STRING() of each value, with how often it came. */
  readonly values: Map<string, number>;
  readonly kinds: Set<JsonNode['kind']>;
  /** There were more values, or longer ones, than are kept. */
  overflows: boolean;
}

/** What was seen of one tool. */
export interface ObservedTool {
  /** Normalized. */
  readonly name: string;
  /** As the first call spelt it. */
  readonly display: string;
  calls: number;
  readonly args: Map<string, ObservedArgument>;
}

/** What recorded sessions show of a client's needs. */
export interface Observations {
  /** By normalized name, in the order in which they came. */
  readonly tools: Map<string, ObservedTool>;
  /** Methods of requests and notifications of the client, with how often they came. */
  readonly methods: Map<string, number>;
  calls: number;
  sessions: number;
  /** Where messages of the client stand that no policy can permit. */
  readonly refused: Set<string>;
  readonly problems: { readonly file: string; readonly problem: TraceProblem }[];
}

/** A trace: what it is called, and its lines, as often as they are asked for. */
export interface TraceSource {
  readonly file: string;
  readonly lines: () => Iterable<TraceLine>;
}

const MAX_VALUES = 500;
const MAX_LENGTH = 2000;

/** Judges nothing: every message that keeps to the protocol passes. */
const OPEN_POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: observer }
spec: { mode: monitor, allowed_methods: ['*'] }
`;

/** What an engine that only looks at traces knows of a machine: the same everywhere. */
export const TRACE_ENVIRONMENT = {
  home: '/home/user',
  cwd: '/home/user/project',
  foldCase: false,
  ownFiles: [],
} as const;

/**
 * Gathers what the clients of recorded sessions did, as far as a proxy would let it through under any policy.
 * @throws TestRunnerError `not-readable`, where reading the lines throws it.
 */
export function observeTraffic(sources: readonly TraceSource[]): Observations {
  const found: Observations = {
    tools: new Map(),
    methods: new Map(),
    calls: 0,
    sessions: 0,
    refused: new Set(),
    problems: [],
  };
  const loaded = loadPolicy(OPEN_POLICY, 'observer');
  if (!loaded.ok) throw new Error('the policy that permits everything is damaged');
  for (const { file, lines } of sources) {
    const counts = replayTrace(lines(), {
      createEngine: (clock) => createEngine(loaded.table, { ...TRACE_ENVIRONMENT, clock }),
      approver: null,
      onMessage: ({ line, judged }) => {
        if (judged.from !== 'client' || judged.subject === 'answer') return;
        // A policy names no tool whose name is empty in its normal form.
        const isNameless = judged.tool !== null && normalizeName(judged.tool) === '';
        if (judged.forward === null || isNameless) found.refused.add(placeOf(file, line));
        else if (judged.method !== null) {
          const normalized = normalizeName(judged.method);
          const method = spellMethod(normalized) ?? normalized;
          found.methods.set(method, (found.methods.get(method) ?? 0) + 1);
          if (judged.subject === 'tool-call' && judged.tool !== null)
            addCall(found, judged.tool, judged.args?.members ?? []);
        }
      },
      onProblem: (problem) => void found.problems.push({ file, problem }),
    });
    found.sessions += counts.sessions;
  }
  return found;
}

/** The key of a line in `Observations.refused`. */
export function placeOf(file: string, line: number): string {
  return `${file}:${line}`;
}

function addCall(
  found: Observations,
  display: string,
  members: readonly { readonly key: string; readonly value: JsonNode }[],
): void {
  const name = normalizeName(display);
  const tool = found.tools.get(name) ?? { name, display, calls: 0, args: new Map() };
  found.tools.set(name, tool);
  found.calls++;
  tool.calls++;
  for (const { key, value } of members) addValue(tool.args, key, value);
}

function addValue(args: Map<string, ObservedArgument>, name: string, node: JsonNode): void {
  const arg = args.get(name) ?? { name, present: 0, values: new Map(), kinds: new Set(), overflows: false };
  args.set(name, arg);
  arg.present++;
  arg.kinds.add(node.kind);
  const value = stringOf(node);
  if (value.length > MAX_LENGTH || (arg.values.size >= MAX_VALUES && !arg.values.has(value)))
    arg.overflows = true;
  else arg.values.set(value, (arg.values.get(value) ?? 0) + 1);
}
