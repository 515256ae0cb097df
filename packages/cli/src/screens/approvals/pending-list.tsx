import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Style } from '../../terminal/style.ts';
import { Row } from '../parts/row.tsx';
import { formatLeft } from './format.ts';
import type { ConsoleState, ListedCall } from './state.ts';

/** Less than so many milliseconds are told as a warning. */
const URGENT = 10_000;

export interface PendingListProps {
  readonly state: ConsoleState;
  readonly rows: number;
  readonly width: number;
  readonly style: Style;
}

/** The calls that wait, one a line; the selected one is always among those that have room. */
export function PendingList({ state, rows, width, style }: PendingListProps): ReactNode {
  const { calls, selection, now } = state;
  if (calls.length === 0)
    return (
      <Box flexDirection="column" height={rows}>
        <Row text="Nothing is asked now" width={width} paint={style.dim} />
      </Box>
    );
  const index = calls.findIndex(({ call }) => call.id === selection?.id);
  const first = Math.min(Math.max(index - Math.floor(rows / 2), 0), Math.max(calls.length - rows, 0));
  const digits = String(calls.at(-1)?.call.id ?? 0).length;
  return (
    <Box flexDirection="column" height={rows}>
      {calls.slice(first, first + rows).map((listed) => {
        const { call, ended } = listed;
        const sign = call.id === selection?.id ? '>' : ' ';
        const left = ended?.outcome ?? formatLeft(call.deadline - now);
        const text = `${sign} #${String(call.id).padEnd(digits)}  ${left}  ${call.tool}`;
        return <Row key={call.id} text={text} width={width} paint={choosePaint(listed, state, style)} />;
      })}
    </Box>
  );
}

function choosePaint({ call, ended }: ListedCall, state: ConsoleState, style: Style): Style['dim'] {
  if (ended !== null) return style.dim;
  if (call.deadline - state.now < URGENT) return style.warning;
  return call.id === state.selection?.id ? style.bold : (text) => text;
}
