import type { StepName } from './step.ts';

/** What a run of `aip ci` is to do. */
export interface CiSettings {
  /** Policies, or folders of them; none for all. */
  readonly paths: readonly string[];
  /** Suites, or folders of them. */
  readonly tests: readonly string[];
  readonly base: string | undefined;
  readonly head: string | undefined;
  readonly skip: readonly StepName[];
  readonly failOn: string;
  readonly traces: readonly string[];
  /** The file of acknowledgements; `false` for none. */
  readonly acknowledged: string | false | undefined;
  /** Whether the coverage of the tests is told, and how it was at the base. */
  readonly coverage: boolean;
  /** In percent. */
  readonly coverageThreshold: string | undefined;
  /** Files for reports. */
  readonly sarif: string | undefined;
  readonly junit: string | undefined;
  readonly markdown: string | undefined;
  /** Whether the report becomes the pull request's comment, and which of several. */
  readonly comment: boolean;
  readonly commentKey: string;
  /** Whether the findings go to code scanning. */
  readonly uploadSarif: boolean;
  /** GitHub's, for the two. */
  readonly token: string | undefined;
}
