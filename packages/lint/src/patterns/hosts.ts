import type { Pattern, PatternNode } from '@agentpolicy/regex';
import { literalOf } from './shape.ts';

/** A host's name as it stands in a pattern. */
export interface PatternHost {
  /** With every dot written as a dot: `api.github.com`. */
  readonly name: string;
  /** Where the name stands in the pattern. */
  readonly start: number;
  readonly end: number;
  /** The dots that are written without a backslash and so stand for any character. */
  readonly looseDots: readonly { readonly index: number; readonly start: number; readonly end: number }[];
}

/** One character of a run; a loose one is a dot that stands for any character. */
interface RunCharacter {
  readonly text: string;
  readonly loose: boolean;
  readonly start: number;
  readonly end: number;
}

type Run = readonly RunCharacter[];

/** Finds the host names that a pattern spells out: runs of literals with dots that end in a top-level domain. */
export function findHosts(pattern: Pattern): readonly PatternHost[] {
  const hosts: PatternHost[] = [];
  for (const run of findRuns(pattern.root)) {
    // A dot at the start belongs to what stands before it: `.*\\.github\\.com`.
    const from = run.findIndex((character) => character.text !== '.');
    const characters = from < 0 ? [] : run.slice(from);
    const name = characters.map((character) => character.text).join('');
    if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}$/.test(name)) continue;
    hosts.push({
      name,
      start: characters[0]?.start ?? 0,
      end: characters.at(-1)?.end ?? 0,
      looseDots: characters.flatMap(({ loose, start, end }, index) => (loose ? [{ index, start, end }] : [])),
    });
  }
  return hosts;
}

function findRuns(root: PatternNode): readonly Run[] {
  const runs: Run[] = [];
  let run: RunCharacter[] = [];
  function close(): void {
    if (run.length > 0) runs.push(run);
    run = [];
  }
  function visit(node: PatternNode): void {
    switch (node.type) {
      case 'char': {
        const literal = literalOf(node);
        const loose = node.form === 'any';
        const text = loose ? '.' : literal;
        if (text === undefined || !/^[A-Za-z0-9.-]$/.test(text)) close();
        else run.push({ text: text.toLowerCase(), loose, start: node.start, end: node.end });
        return;
      }
      case 'concat':
        for (const item of node.items) visit(item);
        return;
      case 'alternate':
        close();
        for (const option of node.options) {
          visit(option);
          close();
        }
        return;
      case 'group':
        // `(github\.com)` is a run of its own; `github\.(com|org)` is not spelled out.
        close();
        visit(node.item);
        close();
        return;
      case 'repeat':
        close();
        return;
      case 'assertion':
      case 'empty':
        return;
    }
  }
  visit(root);
  close();
  return runs;
}
