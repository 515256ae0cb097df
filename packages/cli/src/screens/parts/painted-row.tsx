import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { cutPainted } from '../text/cells.ts';

export interface PaintedRowProps {
  /** One line, perhaps in colours. */
  readonly line: string;
  readonly width: number;
}

/** One line of a report that was painted before. */
export function PaintedRow({ line, width }: PaintedRowProps): ReactNode {
  const shown = cutPainted(line, width);
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate">{shown === '' ? ' ' : shown}</Text>
    </Box>
  );
}
