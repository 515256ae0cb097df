import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Style } from '../../terminal/style.ts';
import { Row } from '../parts/row.tsx';
import { chooseFitting } from '../text/cells.ts';
import { countHidden } from './layout.ts';
import type { ConsoleState, View } from './state.ts';

/** From the longest to the one that a narrow terminal has room for. */
const KEYS: Readonly<Record<View, readonly string[]>> = {
  calls: [
    'a approve  d deny  v arguments  h history  up/down  q quit',
    'a approve d deny v more h past q quit',
  ],
  arguments: [
    'a approve  d deny  v back  up/down  page up/down  q quit',
    'a approve d deny v back up/down q quit',
  ],
  history: ['h back  up/down  page up/down  q quit'],
};

export interface FooterProps {
  readonly state: ConsoleState;
  readonly width: number;
  readonly style: Style;
}

/** What was last said, or is asked back, and which keys there are. */
export function Footer({ state, width, style }: FooterProps): ReactNode {
  const { confirmation, notice, calls, view } = state;
  switch (confirmation?.kind) {
    case 'approve': {
      const hidden = countHidden(state);
      const warning =
        hidden === 0
          ? ''
          : chooseFitting(
              [
                `${hidden} lines of its arguments are not on the screen: v`,
                `${hidden} lines are not on the screen: v`,
              ],
              width,
            );
      return (
        <Box flexDirection="column">
          <Row text={warning} width={width} paint={style.warning} />
          <Row
            text={`Approve #${confirmation.id}? y; other keys do not`}
            width={width}
            paint={style.warning}
          />
        </Box>
      );
    }
    case 'quit': {
      const waiting = calls.filter(({ ended }) => ended === null).length;
      return (
        <Box flexDirection="column">
          <Row
            text={`${waiting} waiting: to be asked elsewhere, or denied`}
            width={width}
            paint={style.warning}
          />
          <Row text="Quit? q; other keys go on" width={width} paint={style.warning} />
        </Box>
      );
    }
    case undefined:
      return (
        <Box flexDirection="column">
          <Row text={notice ?? ''} width={width} />
          <Row text={chooseFitting(KEYS[view], width)} width={width} paint={style.dim} />
        </Box>
      );
  }
}
