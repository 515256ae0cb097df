import { RULES } from '@agentpolicy/lint';
import type { FindEmbedded } from '../config-map/find-embedded.ts';
import { createConfigMapJudge } from '../config-map/judge-config-map.ts';
import type { FileKind } from '../file-kind.ts';
import { withIgnores } from '../ignores/apply-ignores.ts';
import type { RuleSettings } from '../rule-settings.ts';
import { createPolicyJudge } from './judge-policy.ts';
import type { Judge } from './judgement.ts';

/** What a file's texts are judged by. */
export interface JudgeOptions {
  readonly settings: RuleSettings;
  /** Whether comments may keep findings quiet. */
  readonly ignores: boolean;
  readonly findEmbedded: FindEmbedded;
}

const RULE_NAMES: ReadonlySet<string> = new Set(RULES.map(({ meta }) => meta.name));

/** The judge of a file of a kind. */
export function createJudge(file: string, { kind }: FileKind, options: JudgeOptions): Judge {
  const { settings, ignores, findEmbedded } = options;
  const policyJudge = createPolicyJudge(file, settings.linter);
  const judge = kind === 'config-map' ? createConfigMapJudge(file, policyJudge, findEmbedded) : policyJudge;
  return ignores ? withIgnores(judge, file, { known: RULE_NAMES, hasRun: settings.hasRun }) : judge;
}
