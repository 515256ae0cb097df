import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Style } from '../../terminal/style.ts';
import type { WatchState } from '../../test-watch/state.ts';
import { Row } from '../parts/row.tsx';
import { chooseFitting, cutStart } from '../text/cells.ts';
import { tame } from '../text/tame.ts';

const KEYS = [
  'f filter  u update snapshots  c coverage  a run all  up/down  q quit',
  'f filter u update c cover a all q quit',
];

export interface WatchFooterProps {
  readonly state: WatchState;
  /** Lines of the report that stand below the screen. */
  readonly below: number;
  readonly style: Style;
}

/** What was last said, or is asked back, and which keys there are. */
export function WatchFooter({ state, below, style }: WatchFooterProps): ReactNode {
  const width = state.size.columns;
  if (state.typing !== null) {
    const prompt = 'Only cases that hold: ';
    const typed = cutStart(tame(state.typing), Math.max(width - prompt.length - 1, 0));
    return (
      <Box flexDirection="column">
        <Row text={`${prompt}${typed}_`} width={width} paint={style.warning} />
        <Row text="Enter runs, empty for all; Escape goes back" width={width} paint={style.dim} />
      </Box>
    );
  }
  if (state.isConfirming)
    return (
      <Box flexDirection="column">
        <Row text={`Write today's decisions into the suites?`} width={width} paint={style.warning} />
        <Row text="y writes; other keys do not" width={width} paint={style.warning} />
      </Box>
    );
  const more = below > 0 ? `${below} more lines below` : '';
  return (
    <Box flexDirection="column">
      <Row text={state.notice === null ? more : tame(state.notice)} width={width} />
      <Row text={chooseFitting(KEYS, width)} width={width} paint={style.dim} />
    </Box>
  );
}
