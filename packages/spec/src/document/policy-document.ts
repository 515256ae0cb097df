import type { Location, TextIndex } from '@agentpolicy/core';
import type { ApiVersion } from '../fields/policy-field.ts';
import type { AgentPolicy } from '../generated/agent-policy.gen.ts';
import type { SourceComment } from '../source/tree.ts';

/** One entry of `allow_args`, with the JSON pointer of its pattern. */
export interface AllowedArgument {
  readonly name: string;
  readonly pattern: string;
  readonly pointer: string;
}

/** What a text is known to be before it is known to be a policy: enough to show findings in it. */
export interface PolicySource {
  readonly file: string;
  readonly text: string;
  readonly index: TextIndex;
  /** In the order of the text. */
  readonly comments: readonly SourceComment[];
}

/** A valid policy with the text that it was read from. */
export interface PolicyDocument extends PolicySource {
  readonly apiVersion: ApiVersion;
  /** Plain data. Its objects have no prototype; the order of their keys is not always the text's. */
  readonly policy: AgentPolicy;
  /** As hashPolicy gives it. */
  readonly hash: string;
  /** See Locator.locate. */
  locate(pointer: string, part: 'key' | 'value'): Location;
  /** See Locator.locateInString. */
  locateInString(pointer: string, start: number, end: number): Location;
  /** The entries of a tool rule's `allow_args` in the order of the text; none where the rule has none. */
  listAllowedArguments(ruleIndex: number): readonly AllowedArgument[];
  /** The keys of the mapping at a JSON pointer in the order of the text; none where no mapping stands there. */
  listKeys(pointer: string): readonly string[];
}
