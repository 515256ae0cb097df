import { type JsonObject, readJson } from '@agentpolicy/core';
import { compilePattern, parsePattern } from '@agentpolicy/regex';
import { type LoadedProgram, loadProgram } from '@agentpolicy/regex/match';
import { createScanner, type ScannerSettings } from '../../src/dlp/scanner.ts';
import type { MessageScan, Scanner } from '../../src/types.ts';

export type Pattern = readonly [name: string, regex: string];

const loaded = new Map<string, LoadedProgram>();

/** Compiles a pattern for spans, once a test file. */
function load(regex: string): LoadedProgram {
  const known = loaded.get(regex);
  if (known !== undefined) return known;
  const parsed = parsePattern(regex);
  if (!parsed.ok) throw new Error(`${regex}: ${parsed.error.message}`);
  const program = loadProgram(compilePattern(parsed.pattern, { use: 'spans' }));
  loaded.set(regex, program);
  return program;
}

export function makeScanner(patterns: readonly Pattern[], settings: Partial<ScannerSettings> = {}): Scanner {
  return createScanner(
    { detectEncoding: false, maxScanSize: null, ...settings },
    patterns.map(([name, regex]) => ({ name, program: load(regex) })),
  );
}

export function readMessage(source: string): JsonObject {
  const read = readJson(source);
  if (!read.ok || read.value.kind !== 'object') throw new Error(`no JSON object: ${source}`);
  return read.value;
}

export function scanSource(scanner: Scanner, source: string): MessageScan {
  return scanner.scanMessage(readMessage(source), source);
}

export const AWS: Pattern = ['AWS Key', '(AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}'];
export const EMAIL: Pattern = ['Email', '[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\\.[a-zA-Z]{2,}'];
export const SSN: Pattern = ['SSN', '\\b\\d{3}-\\d{2}-\\d{4}\\b'];

export const AWS_KEY = 'AKIAIOSFODNN7EXAMPLE';
