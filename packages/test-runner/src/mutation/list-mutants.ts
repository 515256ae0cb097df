import {
  appendPointer,
  getMember,
  type JsonArray,
  type JsonNode,
  type JsonObject,
  quoteJson,
} from '@agentpolicy/core';
import { mutatePattern, type PatternMutation } from './mutate-pattern.ts';

export type MutationOperator =
  | PatternMutation['operator']
  | 'soften-action'
  | 'drop-constraint'
  | 'drop-strictness'
  | 'raise-limit'
  | 'drop-protected-path'
  | 'drop-dlp-pattern'
  | 'drop-denial'
  | 'allow-tool';

/** One mistake in a policy. */
export interface Mutant {
  readonly operator: MutationOperator;
  /** Of the entry that is changed. */
  readonly pointer: string;
  /** What stands there, and what would; null where nothing does. */
  readonly before: string | null;
  readonly after: string | null;
  /** The policy with the mistake in it, as JSON. */
  readonly text: string;
}

/** A tool that no policy names, where the traces have none either. */
const SOME_TOOL = 'some_other_tool';

/** As many tools that the traces call and the policy does not name are allowed, one at a time. */
const MAX_TOOLS = 5;

/**
 * Makes the mistakes that a policy invites, each alone: every one lets something through that was refused, asked about or
 * redacted. `text` is the policy as JSON and `root` what was read from it; `unlisted` are tools that were called and are not listed.
 */
export function listMutants(text: string, root: JsonObject, unlisted: readonly string[]): readonly Mutant[] {
  return new MutantList(text, unlisted).list(root);
}

class MutantList {
  private readonly found: Mutant[] = [];
  private readonly text: string;
  private readonly unlisted: readonly string[];

  constructor(text: string, unlisted: readonly string[]) {
    this.text = text;
    this.unlisted = unlisted;
  }

  list(root: JsonObject): readonly Mutant[] {
    const spec = getMember(root, 'spec');
    if (spec?.kind !== 'object') return [];
    this.allowTools(spec);
    for (const field of ['denied_tools', 'denied_methods']) this.dropEach(spec, field, 'drop-denial');
    this.dropEach(spec, 'protected_paths', 'drop-protected-path');
    const strict = getMember(spec, 'strict_args_default');
    if (strict !== undefined) this.loosen(strict, '/spec/strict_args_default');
    itemsOf(getMember(spec, 'tool_rules')).forEach((rule, index) => {
      if (rule.kind === 'object') this.mutateRule(rule, appendPointer('/spec/tool_rules', index));
    });
    const dlp = getMember(spec, 'dlp');
    if (dlp?.kind === 'object') this.dropPatterns(dlp);
    return this.found;
  }

  private add(
    operator: MutationOperator,
    pointer: string,
    [before, after]: readonly [string | null, string | null],
    [start, end, replacement]: readonly [number, number, string],
  ): void {
    const text = this.text.slice(0, start) + replacement + this.text.slice(end);
    this.found.push({ operator, pointer, before, after, text });
  }

  private allowTools(spec: JsonObject): void {
    const list = getMember(spec, 'allowed_tools');
    const names = this.unlisted.length > 0 ? this.unlisted.slice(0, MAX_TOOLS) : [SOME_TOOL];
    for (const name of names) {
      const items = [...itemsOf(list).map((item) => this.text.slice(item.start, item.end)), quoteJson(name)];
      const array = `[${items.join(',')}]`;
      if (list !== undefined)
        this.add('allow-tool', '/spec/allowed_tools', [null, name], [list.start, list.end, array]);
      else {
        const comma = spec.members.length > 0 ? ',' : '';
        const at = spec.start + 1;
        this.add('allow-tool', '/spec', [null, name], [at, at, `"allowed_tools":${array}${comma}`]);
      }
    }
  }

  private dropEach(object: JsonObject, field: string, operator: MutationOperator): void {
    const list = getMember(object, field);
    if (list?.kind !== 'array') return;
    list.items.forEach((item, index) => {
      const name = item.kind === 'string' ? item.value : this.text.slice(item.start, item.end);
      const pointer = appendPointer(`/spec/${field}`, index);
      this.add(operator, pointer, [name, null], [list.start, list.end, this.without(list, index)]);
    });
  }

  private without(list: JsonArray, index: number): string {
    const kept = list.items.filter((_, at) => at !== index);
    return `[${kept.map((item) => this.text.slice(item.start, item.end)).join(',')}]`;
  }

  private dropPatterns(dlp: JsonObject): void {
    const list = getMember(dlp, 'patterns');
    const scan = getMember(dlp, 'enabled');
    if (list?.kind !== 'array' || (scan?.kind === 'boolean' && !scan.value)) return;
    list.items.forEach((item, index) => {
      const name = item.kind === 'object' ? getMember(item, 'name') : undefined;
      const pointer = appendPointer('/spec/dlp/patterns', index);
      const before = name?.kind === 'string' ? name.value : null;
      // The last pattern goes with its section, since a section without patterns is no policy.
      if (list.items.length > 1)
        this.add(
          'drop-dlp-pattern',
          pointer,
          [before, null],
          [list.start, list.end, this.without(list, index)],
        );
      else
        this.add(
          'drop-dlp-pattern',
          pointer,
          [before, null],
          [dlp.start, dlp.end, disableAll(this.text, dlp)],
        );
    });
  }

  private loosen(strict: JsonNode, pointer: string): void {
    if (strict.kind === 'boolean' && strict.value)
      this.add('drop-strictness', pointer, ['true', 'false'], [strict.start, strict.end, 'false']);
  }

  private mutateRule(rule: JsonObject, pointer: string): void {
    const action = getMember(rule, 'action');
    const softer = action?.kind === 'string' ? SOFTER.get(action.value) : undefined;
    if (action?.kind === 'string' && softer !== undefined) {
      const spot = [action.start, action.end, quoteJson(softer)] as const;
      this.add('soften-action', appendPointer(pointer, 'action'), [action.value, softer], spot);
    }
    const limit = getMember(rule, 'rate_limit');
    const raised = limit?.kind === 'string' ? raise(limit.value) : undefined;
    if (limit?.kind === 'string' && raised !== undefined) {
      const spot = [limit.start, limit.end, quoteJson(raised)] as const;
      this.add('raise-limit', appendPointer(pointer, 'rate_limit'), [limit.value, raised], spot);
    }
    const strict = getMember(rule, 'strict_args');
    if (strict !== undefined) this.loosen(strict, appendPointer(pointer, 'strict_args'));
    const args = getMember(rule, 'allow_args');
    if (args?.kind === 'object') this.mutateArguments(args, appendPointer(pointer, 'allow_args'));
  }

  private mutateArguments(args: JsonObject, pointer: string): void {
    for (const { key, value } of args.members) {
      if (value.kind !== 'string') continue;
      const at = appendPointer(pointer, key);
      for (const { operator, pattern } of mutatePattern(value.value))
        this.add(operator, at, [value.value, pattern], [value.start, value.end, quoteJson(pattern)]);
      // An argument without its pattern has to be there still.
      this.add('drop-constraint', at, [value.value, null], [value.start, value.end, '""']);
    }
  }
}

const SOFTER: ReadonlyMap<string, string> = new Map([
  ['block', 'ask'],
  ['ask', 'allow'],
]);

function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

/** `5/minute` as `50/minute`. */
function raise(limit: string): string | undefined {
  const digits = /^[0-9]+/.exec(limit)?.[0];
  return digits === undefined ? undefined : `${digits}0${limit.slice(digits.length)}`;
}

/** The section, turned off. */
function disableAll(text: string, dlp: JsonObject): string {
  const enabled = getMember(dlp, 'enabled');
  if (enabled === undefined) return `{"enabled":false,${text.slice(dlp.start + 1, dlp.end)}`;
  return `${text.slice(dlp.start, enabled.start)}false${text.slice(enabled.end, dlp.end)}`;
}
