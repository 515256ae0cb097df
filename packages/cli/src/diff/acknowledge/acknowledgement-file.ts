import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createTextIndex } from '@agentpolicy/core';
import { type Node, parseDocument, visit } from 'yaml';
import { type ConfigReader, createConfigReader } from '../../config/config-reader.ts';
import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { MAX_SETTINGS, readRegularText } from '../../files/read-regular-file.ts';
import { findRepositoryRoot } from '../../files/repository.ts';
import { renderDiagnostic } from '../../report/diagnostics-pretty.ts';

/** The file that is looked for beside `aip.config.yaml`; `schema/acknowledgements.schema.json` describes it. */
export const ACKNOWLEDGEMENTS_NAME = 'aip.acknowledged.yaml';

/** A change that its owner intends. */
export interface Acknowledgement {
  /** The policy's file, relative to the folder of the file of acknowledgements, with slashes. */
  readonly policy: string;
  readonly what: string;
  readonly digest: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it counts, as YYYY-MM-DD in UTC. */
  readonly expires: string;
  /** Its line in the file. */
  readonly line: number;
}

export interface AcknowledgementFile {
  /** As reports name it. */
  readonly shown: string;
  /** Absolute; what the entries' paths are relative to. */
  readonly folder: string;
  readonly entries: readonly Acknowledgement[];
}

/**
 * Reads the file that is named, or else the nearest one from the working folder up to the repository's root. Without
 * any there are no entries, and new ones belong beside `aip.config.yaml`. `false` reads none.
 * @throws CliError where it can't be read; what is wrong in it goes to standard error before
 */
export function readAcknowledgements(
  context: CommandContext,
  named: string | false | undefined,
): AcknowledgementFile {
  const path = typeof named === 'string' ? resolve(context.cwd, named) : findFile(context.cwd);
  const shown = typeof named === 'string' ? named : relative(context.cwd, path);
  const folder = dirname(path);
  if (named === false || (named === undefined && !existsSync(path))) return { shown, folder, entries: [] };
  const text = readRegularText(path, MAX_SETTINGS, { what: `the acknowledgements \`${shown}\`` });
  const index = createTextIndex(text);
  const reader = createConfigReader(shown, index);
  const entries = readDocument(reader, text, (offset) => index.positionAt(offset).line);
  if (reader.list().length === 0) return { shown, folder, entries };
  for (const diagnostic of reader.list())
    context.warn(...renderDiagnostic(diagnostic, () => index, context.style));
  throw new CliError(`\`${shown}\` can't be followed`, 'correct it: nothing was compared');
}

/** Outside a repository only the working folder counts: a folder above may be anybody's. */
function findFile(cwd: string): string {
  const root = findRepositoryRoot(cwd) ?? cwd;
  let home = root;
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, ACKNOWLEDGEMENTS_NAME);
    if (existsSync(path)) return path;
    if (home === root && existsSync(join(folder, 'aip.config.yaml'))) home = folder;
    if (folder === root || folder === dirname(folder)) return join(home, ACKNOWLEDGEMENTS_NAME);
  }
}

/** In UTF-16 units. */
const MAX_LENGTH = 262_144;
const FIELDS = ['policy', 'what', 'digest', 'reason', 'owner', 'expires'] as const;

function readDocument(
  reader: ConfigReader,
  text: string,
  lineOf: (offset: number) => number,
): readonly Acknowledgement[] {
  const root = parseYaml(reader, text);
  if (root === undefined) return [];
  const members = reader.mapping(root, 'the acknowledgements', ['version', 'acknowledged']);
  if (reader.count(members.get('version'), 'version') !== 1) {
    reader.report(members.get('version')?.value ?? root, '`version` must be 1', 'write `version: 1`');
    return [];
  }
  const seen = new Set<string>();
  return reader.items(members.get('acknowledged'), 'acknowledged').flatMap((item) => {
    const entry = readEntry(reader, item, lineOf(item.range?.[0] ?? 0));
    if (entry === undefined) return [];
    const key = JSON.stringify([entry.policy, entry.what, entry.digest]);
    if (seen.has(key)) reader.report(item, 'this change is acknowledged twice', 'keep one of the two');
    seen.add(key);
    return [entry];
  });
}

/** Undefined where it can't be read, which is reported then. */
function parseYaml(reader: ConfigReader, text: string): Node | undefined {
  if (text.length > MAX_LENGTH) return reader.reportAt(0, 0, 'the file is larger than 256 KiB');
  try {
    const document = parseDocument(text, { version: '1.2', prettyErrors: false, uniqueKeys: false });
    const [error] = document.errors;
    // The reader itself catches where its stack ends in a collection.
    if (error?.message.includes('call stack') === true) return reportDepth(reader);
    if (error !== undefined)
      return reader.reportAt(error.pos[0], error.pos[1], `the file is not YAML: ${error.message}`);
    let hasAlias = false;
    visit(document, {
      Alias(_, node) {
        hasAlias = true;
        reader.report(node, 'acknowledgements have no aliases', 'write the value out');
        return visit.BREAK;
      },
    });
    if (hasAlias) return undefined;
    return document.contents ?? reader.reportAt(0, 0, 'the file is empty', 'start with `version: 1`');
  } catch (failure) {
    if (failure instanceof RangeError) return reportDepth(reader);
    throw failure;
  }
}

function reportDepth(reader: ConfigReader): undefined {
  return reader.reportAt(0, 0, 'the file is nested too deeply');
}

function readEntry(reader: ConfigReader, item: Node, line: number): Acknowledgement | undefined {
  const members = reader.mapping(item, 'an acknowledgement', FIELDS);
  const read = (field: (typeof FIELDS)[number]): string => {
    const member = members.get(field);
    if (member === undefined) reader.report(item, `an acknowledgement needs \`${field}\``);
    return reader.text(member, field)?.trim() ?? '';
  };
  const [policy, what, digest] = [read('policy'), read('what'), read('digest')];
  const [reason, owner, expires] = [read('reason'), read('owner'), read('expires')];
  if (digest !== '' && !/^[0-9a-f]{64}$/.test(digest))
    reader.report(members.get('digest')?.value ?? item, '`digest` must be 64 lower-case hexadecimal digits');
  if (expires !== '' && !isDay(expires))
    reader.report(members.get('expires')?.value ?? item, '`expires` must be a day, as YYYY-MM-DD');
  return { policy, what, digest, reason, owner, expires, line };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
