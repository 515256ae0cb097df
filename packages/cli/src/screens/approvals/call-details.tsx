import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import type { Style } from '../../terminal/style.ts';
import { Row } from '../parts/row.tsx';
import type { AskedCall } from './call.ts';
import { FactRow } from './fact-row.tsx';
import { fitLines, listArgumentLines, listFacts } from './layout.ts';

export interface CallDetailsProps {
  readonly call: AskedCall;
  readonly rows: number;
  readonly width: number;
  /** First line of the arguments; null shows as many as have room, and tells of the others. */
  readonly top: number | null;
  readonly style: Style;
}

/** What is known of the selected call. */
export function CallDetails({ call, rows, width, top, style }: CallDetailsProps): ReactNode {
  const facts = listFacts(call, rows);
  const lines = useMemo(() => listArgumentLines(call, width), [call, width]);
  const room = Math.max(rows - facts.length, 1);
  const { shown, hidden } =
    top === null ? fitLines(lines, room) : { shown: lines.slice(top, top + room), hidden: 0 };
  const first = top ?? 0;
  return (
    <Box flexDirection="column" height={rows}>
      {facts.map((fact) => (
        <FactRow key={fact.label} fact={fact} width={width} />
      ))}
      {shown.map((text, index) => (
        <Row key={first + index} text={text} width={width} />
      ))}
      {hidden > 0 && (
        <Row text={`… ${hidden} more lines of arguments: v`} width={width} paint={style.warning} />
      )}
    </Box>
  );
}
