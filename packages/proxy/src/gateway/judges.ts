import type { Engine } from '@agentpolicy/engine';
import type { ConstrainedArguments } from '@agentpolicy/message';
import { type AuditText, createAuditText } from './audit-text.ts';
import { ClientJudge, type ClientJudgeOptions } from './client-judge.ts';
import { ServerJudge } from './server-judge.ts';
import { ListJudge } from './tools/list-judge.ts';

/** All that follows from the policy, made anew when another one holds. */
export interface Judges {
  /** Of the policy in force. */
  readonly policyHash: string;
  readonly auditText: AuditText;
  readonly client: ClientJudge;
  readonly server: ServerJudge;
  readonly lists: ListJudge;
  readonly constrained: ConstrainedArguments;
  /** Whether the policy names a tool, by its normalized name. */
  readonly names: (normalizedName: string) => boolean;
}

export interface JudgesOptions extends Omit<ClientJudgeOptions, 'auditText'> {
  readonly filterTools: boolean;
}

export function makeJudges({ filterTools, ...options }: JudgesOptions): Judges {
  const { engine, retries, definitions, maxDepth } = options;
  const auditText = createAuditText(engine);
  const filter = filterTools && engine.table.policy.mode === 'enforce';
  return {
    policyHash: engine.table.policy.hash,
    auditText,
    client: new ClientJudge({ ...options, auditText }),
    server: new ServerJudge(engine, auditText, retries, maxDepth),
    lists: new ListJudge({ engine, auditText, definitions, filter }),
    constrained: readConstrained(engine),
    names: readNames(engine),
  };
}

/** The arguments that each tool's rule constrains, by the tool's normalized name. */
function readConstrained({ table }: Engine): ConstrainedArguments {
  const names = new Map(
    table.tools.map((tool) => [
      tool.name,
      (table.rows[tool.row]?.args ?? []).map((argument) => argument.name),
    ]),
  );
  return (normalizedName) => names.get(normalizedName) ?? [];
}

function readNames({ table }: Engine): (normalizedName: string) => boolean {
  const names = new Set(table.tools.map((tool) => tool.name));
  return (normalizedName) => names.has(normalizedName);
}
