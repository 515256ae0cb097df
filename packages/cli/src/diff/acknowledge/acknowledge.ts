import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Change, combineChanges, countsAsWidening, type Difference } from '@agentpolicy/analysis';
import type { CommandContext } from '../../context.ts';
import { relativeUnix } from '../../files/repository.ts';
import { type Comparison, type FailOn, pathOf, stopsAt } from '../comparison.ts';
import type { Acknowledgement, AcknowledgementFile } from './acknowledgement-file.ts';
import { type Statement, stateDifference, stateWhole } from './statement.ts';

/** Why an acknowledgement acknowledges nothing. */
export type UnusedReason = 'expired' | 'another-change' | 'no-change' | 'no-policy';

/** What the file of acknowledgements says about a run. */
export interface Acknowledged {
  /** Where entries belong, as reports name it. */
  readonly file: string;
  /** Whether the file has entries already, so that new ones are added to them. */
  readonly hasEntries: boolean;
  /** By difference, or by comparison where a policy is compared with nothing. */
  readonly covered: ReadonlyMap<Difference | Comparison, Acknowledgement>;
  /** What the gate would stop at and nobody has acknowledged; paths are relative to the file's folder. */
  readonly open: readonly Statement[];
  readonly unused: readonly { readonly entry: Acknowledgement; readonly why: UnusedReason }[];
}

interface Item {
  readonly key: Difference | Comparison;
  readonly change: Change;
  readonly statement: Statement;
}

/**
 * Holds the changes against what is acknowledged.
 * @param now Milliseconds since 1970
 */
export function acknowledge(
  context: CommandContext,
  comparisons: readonly Comparison[],
  file: AcknowledgementFile,
  failOn: FailOn,
  now: number,
): Acknowledged {
  const today = new Date(now).toISOString().slice(0, 10);
  const toEntryPath = (path: string): string => relativeUnix(file.folder, resolve(context.cwd, path));
  const items = comparisons.flatMap(listItems).map(({ statement, ...item }): Item => {
    return { ...item, statement: { ...statement, policy: toEntryPath(statement.policy) } };
  });
  const covered = new Map<Difference | Comparison, Acknowledgement>();
  const open: Statement[] = [];
  const used = new Set<Acknowledgement>();
  for (const { key, change, statement } of items) {
    const entry = file.entries.find((each) => isSame(each, statement));
    if (entry !== undefined) used.add(entry);
    if (entry !== undefined && entry.expires >= today) covered.set(key, entry);
    else if (countsAsWidening(change) || stopsAt(change, failOn)) open.push(statement);
  }
  const compared = new Set(comparisons.map((each) => toEntryPath(pathOf(each))));
  const unused = file.entries.flatMap((entry): Acknowledged['unused'][number][] => {
    if (used.has(entry)) return entry.expires < today ? [{ entry, why: 'expired' }] : [];
    const [path = ''] = entry.policy.split('#');
    if (compared.has(entry.policy)) {
      const resembles = items.some(
        ({ statement }) => statement.policy === entry.policy && statement.what === entry.what,
      );
      return [{ entry, why: resembles ? 'another-change' : 'no-change' }];
    }
    // Of a policy that this run did not look at, nothing can be said.
    return existsSync(resolve(file.folder, path)) ? [] : [{ entry, why: 'no-policy' }];
  });
  return { file: file.shown, hasEntries: file.entries.length > 0, covered, open: unique(open), unused };
}

function isSame(entry: Acknowledgement, statement: Statement): boolean {
  return (
    entry.policy === statement.policy && entry.what === statement.what && entry.digest === statement.digest
  );
}

function unique(statements: readonly Statement[]): readonly Statement[] {
  return [...new Map(statements.map((each) => [JSON.stringify(each), each])).values()];
}

function listItems(comparison: Comparison): Item[] {
  switch (comparison.kind) {
    case 'same':
      return [];
    case 'added':
    case 'deleted':
    case 'unread':
      return [{ key: comparison, change: comparison.change, statement: stateWhole(comparison) }];
    case 'compared':
      return comparison.differences.map((one) => ({
        key: one,
        change: one.change,
        statement: stateDifference(comparison, one),
      }));
  }
}

/** What is left of a comparison's change without that which is acknowledged. */
export function leftOver(comparison: Comparison, covered: Acknowledged['covered']): Change {
  if (covered.has(comparison)) return 'unchanged';
  if (comparison.kind !== 'compared') return comparison.change;
  return combineChanges(
    comparison.differences.filter((one) => !covered.has(one)).map(({ change }) => change),
  );
}

/** The lines that acknowledge what is open; the reason, the owner and the last day are for a person to write. */
export function renderEntries(hasEntries: boolean, open: readonly Statement[]): readonly string[] {
  const head = hasEntries ? [] : ['version: 1', 'acknowledged:'];
  const entries = open.flatMap(({ policy, what, digest }) => [
    `  - policy: ${toYaml(policy)}`,
    `    what: ${toYaml(what)}`,
    `    digest: ${digest}`,
    '    reason:',
    '    owner:',
    '    expires:',
  ]);
  return [...head, ...entries];
}

/** JSON's strings are YAML's too. */
function toYaml(text: string): string {
  if (/^[A-Za-z][\w./-]*$/.test(text) && !/^(?:true|false|null)$/i.test(text)) return text;
  if (/^[\x20-\x7e]*$/.test(text) && text.includes('"')) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Why an acknowledgement counts for nothing, in words. */
export function describeUnused({ entry, why }: Acknowledged['unused'][number]): string {
  switch (why) {
    case 'expired':
      return `it expired on ${entry.expires}: the change counts again`;
    case 'another-change':
      return 'the change is another one by now: its digest differs';
    case 'no-change':
      return 'the policy has no such change';
    case 'no-policy':
      return 'there is no such policy';
  }
}
