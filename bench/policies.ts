import { compilePolicy } from '@agentpolicy/compiler';
import { type DecisionTable, type JsonObject, toJsonObject } from '@agentpolicy/core';
import { createEngine, type Engine } from '@agentpolicy/engine';
import { parsePolicy } from '@agentpolicy/spec';
import type { Json, PlainPolicy } from '../packages/test-runner/test/differential/plain-evaluator.ts';

export const HOME = '/home/agent';
export const CWD = '/workspace';

export const PROTECTED_PATHS = [
  '~/.ssh',
  '~/.aws/credentials',
  '~/.config/gcloud',
  '.env',
  '.git',
  '/etc/shadow',
  '/root',
];

/** A policy with two anchored patterns a tool and seven protected paths, as its size in tools says. */
export function makePolicy(tools: number): PlainPolicy {
  return {
    apiVersion: 'aip.io/v1alpha1',
    kind: 'AgentPolicy',
    metadata: { name: 'bench' },
    spec: {
      allowed_tools: ['list_directory'],
      protected_paths: PROTECTED_PATHS,
      tool_rules: Array.from({ length: tools }, (_, index) => ({
        tool: `http_request_${index}`,
        allow_args: {
          url: `^https://api\\.github\\.com/repos/team${index}/[a-zA-Z0-9/_.-]+$`,
          query: '^SELECT [a-z_, ]+ FROM [a-z_]+ WHERE [a-z_]+ = [0-9]+$',
        },
      })),
    },
  };
}

export interface Call {
  readonly name: string;
  readonly args: { readonly [key: string]: Json };
}

/** An allowed call of one of the tools; its two values have 40 to 80 characters. */
export function makeCall(tool: number): Call {
  return {
    name: `http_request_${tool}`,
    args: {
      url: `https://api.github.com/repos/team${tool}/service-core/pulls/1234/files`,
      query: 'SELECT id, title, state FROM pull_requests WHERE author_id = 48151623',
    },
  };
}

/** Compiles a policy that is given as plain data. */
export function compileTable(policy: object): DecisionTable {
  const parsed = parsePolicy(JSON.stringify(policy), 'bench.json');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const compiled = compilePolicy(parsed.document);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  return compiled.table;
}

export function startEngine(table: DecisionTable): Engine {
  return createEngine(table, { clock: () => 0, home: HOME, cwd: CWD, foldCase: false, ownFiles: [] });
}

export function toArguments(call: Call): JsonObject {
  return toJsonObject(call.args);
}
