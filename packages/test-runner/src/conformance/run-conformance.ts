import { findFiles, readTextFile } from '../files/find-files.ts';
import type { Place, Problem } from '../problem.ts';
import { readVectors } from './read-vectors.ts';
import { runVector, type VectorOutcome } from './run-vector.ts';
import { CONFORMANCE_LEVELS, type ConformanceLevel } from './vector.ts';

export interface VectorResult {
  readonly id: string;
  readonly description: string;
  readonly place: Place;
  readonly outcome: VectorOutcome;
}

export interface ConformanceFile {
  readonly file: string;
  readonly level: ConformanceLevel;
  readonly name: string;
  readonly results: readonly VectorResult[];
}

export interface ConformanceCounts {
  readonly passed: number;
  readonly failed: number;
  readonly unsupported: number;
}

export interface ConformanceReport {
  /**
   * `failed`: a vector failed, or a file can't be read. `nothing`: no vector was run, which is no success.
   * `passed`: every vector that can be run passed; `unsupported` ones are counted apart.
   */
  readonly outcome: 'passed' | 'failed' | 'nothing';
  readonly levels: readonly ({ readonly level: ConformanceLevel } & ConformanceCounts)[];
  readonly files: readonly ConformanceFile[];
  readonly problems: readonly Problem[];
}

export interface ConformanceOptions {
  /** Runs the vectors of these levels only. */
  readonly levels?: readonly ConformanceLevel[];
}

/**
 * Runs the test vectors in files and folders, in the public suite's format (see fixtures/conformance).
 * @throws TestRunnerError `not-found` or `not-readable` for a path that is not there or can't be read.
 */
export function runConformance(
  paths: readonly string[],
  options: ConformanceOptions = {},
): ConformanceReport {
  const wanted = options.levels ?? CONFORMANCE_LEVELS;
  const files: ConformanceFile[] = [];
  const problems: Problem[] = [];
  for (const path of findFiles(paths, ['.yaml', '.yml'])) {
    const reading = readVectors(readTextFile(path), path);
    if (!reading.ok) {
      problems.push(...reading.problems);
      continue;
    }
    const { file, level, name, vectors } = reading.file;
    if (!wanted.includes(level)) continue;
    const results = vectors.map((vector): VectorResult => {
      const { id, description, place } = vector;
      return { id, description, place, outcome: runVector(vector) };
    });
    files.push({ file, level, name, results });
  }
  const levels = CONFORMANCE_LEVELS.filter((level) => files.some((file) => file.level === level)).map(
    (level) => ({ level, ...countResults(files.filter((file) => file.level === level)) }),
  );
  const { passed, failed } = countResults(files);
  const outcome = failed > 0 || problems.length > 0 ? 'failed' : passed > 0 ? 'passed' : 'nothing';
  return { outcome, levels, files, problems };
}

/** Counts the results of files by their outcome. */
export function countResults(files: readonly ConformanceFile[]): ConformanceCounts {
  const counts = { passed: 0, failed: 0, unsupported: 0 };
  for (const file of files) for (const { outcome } of file.results) counts[outcome.kind]++;
  return counts;
}
