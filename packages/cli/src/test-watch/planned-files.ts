import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PlannedTest } from '@agentpolicy/test-runner';

/** A test, and the state in which the files that it reads were seen. */
export interface SeenTest {
  readonly file: string;
  /** Absolute paths. */
  readonly reads: readonly string[];
  /** One for each of them, the suite's first. */
  readonly marks: readonly string[];
}

/** What stands in the place of the mark of a file that is not there. */
const GONE = '-';

/** Looks at the files that planned tests read. */
export function seeTests(plan: readonly PlannedTest[]): readonly SeenTest[] {
  const marks = new Map<string, string>();
  return plan.map(({ file, policy, traces }) => {
    const names = [file, ...(policy === null ? [] : [policy]), ...traces.map((trace) => trace.file)];
    return seeFiles(
      file,
      names.map((name) => resolve(name)),
      marks,
    );
  });
}

/** Looks at the same files again. */
export function seeAgain(tests: readonly SeenTest[]): readonly SeenTest[] {
  const marks = new Map<string, string>();
  return tests.map(({ file, reads }) => seeFiles(file, reads, marks));
}

/** Takes the suites as they are now, and all else that tests read as it was seen. */
export function acceptSuites(tests: readonly SeenTest[]): readonly SeenTest[] {
  return seeAgain(tests).map((now, index) => {
    const [suite = GONE] = now.marks;
    return { ...now, marks: [suite, ...(tests[index]?.marks.slice(1) ?? [])] };
  });
}

/** Many tests read the same policy: it is looked at once. */
function seeFiles(file: string, reads: readonly string[], marks: Map<string, string>): SeenTest {
  const mark = (path: string): string => {
    const known = marks.get(path);
    if (known !== undefined) return known;
    const made = markFile(path);
    marks.set(path, made);
    return made;
  };
  return { file, reads, marks: reads.map(mark) };
}

/** What changes when a file is written, or another one takes its place. */
function markFile(path: string): string {
  try {
    const stat = statSync(path, { bigint: true });
    return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`;
  } catch {
    return GONE;
  }
}

/** The tests that read something that is not as it was, and those that are new. */
export function listChanged(before: readonly SeenTest[], after: readonly SeenTest[]): readonly string[] {
  const known = new Map(before.map((test) => [test.file, test]));
  return after.flatMap((test) => {
    const old = known.get(test.file);
    return old !== undefined && isSame(old, test) ? [] : [test.file];
  });
}

function isSame(one: SeenTest, two: SeenTest): boolean {
  return join(one.reads) === join(two.reads) && join(one.marks) === join(two.marks);
}

function join(parts: readonly string[]): string {
  return parts.join('\n');
}

/** Whether a file that was there is missing: an editor may be about to put another one in its place. */
export function isIncomplete(before: readonly SeenTest[], after: readonly SeenTest[]): boolean {
  const gone = (tests: readonly SeenTest[]): readonly string[] =>
    tests.flatMap(({ reads, marks }) => reads.filter((_, at) => marks[at] === GONE));
  const known = new Set(gone(before));
  return gone(after).some((path) => !known.has(path));
}
