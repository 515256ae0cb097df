import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { cutEnd } from '../text/cells.ts';

export interface RowProps {
  /** Tame text. */
  readonly text: string;
  readonly width: number;
  readonly paint?: (text: string) => string;
}

/** One line of a screen, never longer than it is wide. */
export function Row({ text, width, paint }: RowProps): ReactNode {
  const shown = cutEnd(text, width);
  // Ink gives no line to an empty text.
  const line = shown === '' ? ' ' : shown;
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate">{paint === undefined ? line : paint(line)}</Text>
    </Box>
  );
}
