import { LintError } from '../lint-error.ts';
import type { OptionSpec, RuleMeta } from './rule.ts';

export type OptionValue = boolean | number | readonly string[];

/** A rule's options with their defaults filled in. Asking for one that the rule did not declare throws LintError. */
export interface RuleOptions {
  flag(name: string): boolean;
  integer(name: string): number;
  strings(name: string): readonly string[];
}

/**
 * Checks the configured options of a rule against its declaration.
 * @throws LintError `unknown-option` or `bad-option`
 */
export function readOptions(meta: RuleMeta, configured: Readonly<Record<string, unknown>>): RuleOptions {
  const values = new Map<string, OptionValue>();
  for (const [name, spec] of Object.entries(meta.options)) values.set(name, spec.default);
  for (const [name, value] of Object.entries(configured)) {
    const spec = Object.hasOwn(meta.options, name) ? meta.options[name] : undefined;
    if (spec === undefined) throw unknownOption(meta, name);
    values.set(name, readValue(meta, name, spec, value));
  }

  function get<T extends OptionValue>(name: string, isType: (value: OptionValue) => value is T): T {
    const value = values.get(name);
    if (value === undefined || !isType(value)) {
      throw new LintError('undeclared-option', `rule \`${meta.name}\` does not declare option \`${name}\``);
    }
    return value;
  }
  return {
    flag: (name) => get(name, (value): value is boolean => typeof value === 'boolean'),
    integer: (name) => get(name, (value): value is number => typeof value === 'number'),
    strings: (name) => get(name, (value): value is readonly string[] => typeof value === 'object'),
  };
}

function readValue(meta: RuleMeta, name: string, spec: OptionSpec, value: unknown): OptionValue {
  switch (spec.type) {
    case 'flag':
      if (typeof value === 'boolean') return value;
      throw badOption(meta, name, 'true or false');
    case 'integer':
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= spec.minimum) return value;
      throw badOption(meta, name, `a whole number of at least ${spec.minimum}`);
    case 'strings':
      if (isStrings(value)) return value;
      throw badOption(meta, name, 'a list of strings');
  }
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function unknownOption(meta: RuleMeta, name: string): LintError {
  const known = Object.keys(meta.options);
  const list =
    known.length === 0 ? 'it has none' : `it has ${known.map((option) => `\`${option}\``).join(', ')}`;
  return new LintError('unknown-option', `rule \`${meta.name}\` has no option \`${name}\`: ${list}`);
}

function badOption(meta: RuleMeta, name: string, wanted: string): LintError {
  return new LintError('bad-option', `option \`${name}\` of rule \`${meta.name}\` must be ${wanted}`);
}
