import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Style } from '../../terminal/style.ts';
import { formatProgress } from '../../test-run/progress.ts';
import type { WatchState } from '../../test-watch/state.ts';
import { countCases, describeConclusion } from '../../test-watch/summarize.ts';
import { Row } from '../parts/row.tsx';
import { tame } from '../text/tame.ts';
import { describeRun } from './describe-run.ts';

export interface WatchHeaderProps {
  readonly state: WatchState;
  readonly style: Style;
}

/** What all tests come to, and what goes on or was run last. */
export function WatchHeader({ state, style }: WatchHeaderProps): ReactNode {
  const { suites, passed, failed } = countCases(state);
  const { columns } = state.size;
  const filter = state.filter.length === 0 ? '' : `  only ${tame(state.filter.join(', '))}`;
  const title = `aip test  ${suites} ${suites === 1 ? 'suite' : 'suites'}  ${passed} passed  ${failed} failed${filter}`;
  return (
    <Box flexDirection="column">
      <Row text={title} width={columns} paint={failed > 0 ? style.error : style.bold} />
      <Row
        text={describeState(state)}
        width={columns}
        paint={state.trouble === null ? style.dim : style.error}
      />
    </Box>
  );
}

/** Runs that are over before anybody has read it show no progress. */
const FIRST_PROGRESS = 500;

function describeState({ trouble, running, conclusion, now }: WatchState): string {
  if (trouble !== null) return tame(trouble);
  if (running !== null) {
    const { view } = running;
    const elapsedMs = now - view.startedAt;
    if (elapsedMs < FIRST_PROGRESS || view.totalBytes === 0) return `running: ${describeRun(view)}`;
    return formatProgress({ calls: view.calls, bytes: view.bytes, total: view.totalBytes, elapsedMs });
  }
  return conclusion === null ? '' : tame(describeConclusion(conclusion));
}
