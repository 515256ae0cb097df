import { TestRunnerError, type TestRunnerErrorCode } from '../errors/test-runner-error.ts';
import { readTest } from '../suite/plan-tests.ts';
import { type PartOptions, partSteps } from '../suite/run-part.ts';
import type { SuiteProgress } from '../suite/run-suite.ts';
import type { SuitePart } from '../suite/suite-part.ts';
import type { CallFailure } from '../suite/test-report.ts';

/** A part of a suite that another thread is to run. Data. */
export interface PartTask {
  /** The suite, or a trace that is named itself. */
  readonly file: string;
  /** Judges a trace that is named itself. */
  readonly policy: string | null;
  readonly part: PartOptions;
}

/** What is told of a task; the last message is `done` or `refused`. Data. */
export type PartMessage =
  | ({ readonly kind: 'progress' } & SuiteProgress)
  | { readonly kind: 'failure'; readonly name: string; readonly failure: CallFailure }
  | { readonly kind: 'done'; readonly part: SuitePart }
  /** A mistake of the user, as TestRunnerError has it. */
  | { readonly kind: 'refused'; readonly code: TestRunnerErrorCode; readonly message: string };

/** Progress is told at most so often, in milliseconds. */
const PROGRESS_MS = 50;

/** Runs a task to its end and tells of it. `now` is a clock in milliseconds. */
export function runPartTask(
  { file, policy, part }: PartTask,
  now: () => number,
  tell: (message: PartMessage) => void,
): void {
  try {
    const { reading } = readTest(file, policy ?? undefined);
    tell({
      kind: 'done',
      part: reading.ok
        ? runSteps(
            partSteps(reading.suite, part, (name, failure) => tell({ kind: 'failure', name, failure })),
            now,
            tell,
          )
        : { kind: 'refused', problems: reading.problems },
    });
  } catch (failure) {
    if (!(failure instanceof TestRunnerError)) throw failure;
    tell({ kind: 'refused', code: failure.code, message: failure.message });
  }
}

function runSteps(
  steps: Generator<SuiteProgress, SuitePart>,
  now: () => number,
  tell: (message: PartMessage) => void,
): SuitePart {
  let calls = 0;
  let bytes = 0;
  let toldAt = now();
  for (;;) {
    const step = steps.next();
    if (step.done !== true) {
      calls += step.value.calls;
      bytes += step.value.bytes;
      if (now() - toldAt < PROGRESS_MS) continue;
    }
    tell({ kind: 'progress', calls, bytes });
    if (step.done === true) return step.value;
    calls = 0;
    bytes = 0;
    toldAt = now();
  }
}
