import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Style } from '../../terminal/style.ts';
import { Row } from '../parts/row.tsx';
import { describePast } from './describe-past.ts';
import type { ConsoleState } from './state.ts';

export interface HistoryListProps {
  readonly state: ConsoleState;
  readonly rows: number;
  readonly width: number;
  readonly style: Style;
}

/** What became of the calls of this session, the last one first. */
export function HistoryList({ state, rows, width, style }: HistoryListProps): ReactNode {
  const past = state.history.toReversed().slice(state.top, state.top + rows);
  return (
    <Box flexDirection="column" height={rows}>
      {past.length === 0 && <Row text="Nothing was asked so far" width={width} paint={style.dim} />}
      {past.map((one) => (
        <Row key={one.id} text={describePast(one)} width={width} />
      ))}
    </Box>
  );
}
