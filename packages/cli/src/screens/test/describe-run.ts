import type { RunFailure, RunView } from '../../test-watch/run-view.ts';
import { tame } from '../text/tame.ts';

/** How far a run is, in one line. */
export function describeRun({ finished, total, passed, failed }: RunView): string {
  const suites = `${finished} of ${total} ${total === 1 ? 'suite' : 'suites'}`;
  return `${suites}  ${passed} passed  ${failed} failed`;
}

/** A failure of a run that goes on, in one line. */
export function describeRunFailure({ file, name, detail }: RunFailure): string {
  return tame(`FAIL  ${file}: ${name}${detail === '' ? '' : ` (${detail})`}`);
}
