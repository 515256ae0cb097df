import { createTextIndex, type Diagnostic, type TextIndex } from '@agentpolicy/core';
import { PRESETS } from '@agentpolicy/lint';
import { type Document, type Node, parseDocument, visit } from 'yaml';
import { FAIL_LEVELS } from '../lint/verdict.ts';
import { type Config, type ConfigOverride, createEmptyConfig } from './config.ts';
import { type ConfigMember, type ConfigReader, createConfigReader } from './config-reader.ts';
import { readRules } from './read-rules.ts';

const SETTINGS = ['roots', 'lint'] as const;
const LINT_SETTINGS = [
  'preset',
  'rules',
  'overrides',
  'fail_level',
  'max_warnings',
  'baseline',
  'tools',
] as const;

export type ReadConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly index: TextIndex };

/** Reads a configuration's text; everything that is wrong with it has a place. */
export function readConfig(text: string, file: string, path: string, folder: string): ReadConfigResult {
  const index = createTextIndex(text);
  const reader = createConfigReader(file, index);
  const empty = createEmptyConfig(folder);
  const config = readDocument(reader, text, { ...empty, path });
  const diagnostics = reader.list();
  return diagnostics.length === 0 ? { ok: true, config } : { ok: false, diagnostics, index };
}

/** In UTF-16 units; more is no configuration. */
const MAX_LENGTH = 65_536;

function readDocument(reader: ConfigReader, text: string, empty: Config): Config {
  if (text.length > MAX_LENGTH) {
    reader.reportAt(0, 0, 'the configuration is larger than 64 KiB');
    return empty;
  }
  const document = parseYaml(text);
  if (document === undefined) {
    reader.reportAt(0, 0, 'the configuration is nested too deeply');
    return empty;
  }
  const [error] = document.errors;
  if (error !== undefined) {
    const [start, end] = error.pos;
    reader.reportAt(start, end, `the configuration is not YAML: ${error.message}`);
    return empty;
  }
  if (document.contents === null) return empty;
  let hasAlias = false;
  visit(document, {
    Alias(_, node) {
      hasAlias = true;
      reader.report(node, 'a configuration has no aliases', 'write the value out');
      return visit.BREAK;
    },
  });
  return hasAlias ? empty : readSettings(reader, document.contents, empty);
}

/** Undefined where the text is nested so deeply that reading it would exhaust the stack. */
function parseYaml(text: string): Document.Parsed | undefined {
  try {
    return parseDocument(text, { version: '1.2', prettyErrors: false, uniqueKeys: false });
  } catch (failure) {
    if (failure instanceof RangeError) return undefined;
    throw failure;
  }
}

function readSettings(reader: ConfigReader, root: Node, empty: Config): Config {
  const settings = reader.mapping(root, 'the configuration', SETTINGS);
  const roots = reader.texts(settings.get('roots'), 'roots') ?? [];
  const lint = settings.get('lint');
  if (lint === undefined) return { ...empty, roots };
  const members = reader.mapping(lint.value, '`lint`', LINT_SETTINGS);
  return {
    ...empty,
    roots,
    preset: reader.choice(members.get('preset'), 'preset', PRESETS),
    rules: readRules(reader, members.get('rules')),
    overrides: readOverrides(reader, members.get('overrides')),
    failLevel: reader.choice(members.get('fail_level'), 'fail_level', FAIL_LEVELS),
    maxWarnings: reader.count(members.get('max_warnings'), 'max_warnings'),
    baseline: reader.text(members.get('baseline'), 'baseline'),
    tools: reader.text(members.get('tools'), 'tools'),
  };
}

function readOverrides(reader: ConfigReader, member: ConfigMember | undefined): readonly ConfigOverride[] {
  return reader.items(member, 'overrides').map((item) => {
    const parts = reader.mapping(item, 'an override', ['files', 'preset', 'rules']);
    const files = parts.get('files');
    if (files === undefined)
      reader.report(item, 'an override needs `files`', 'write for example `files: [dev/**]`');
    return {
      files: reader.texts(files, 'files') ?? [],
      preset: reader.choice(parts.get('preset'), 'preset', PRESETS),
      rules: readRules(reader, parts.get('rules')),
    };
  });
}
