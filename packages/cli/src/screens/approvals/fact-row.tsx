import type { ReactNode } from 'react';
import { Row } from '../parts/row.tsx';
import { cutStart } from '../text/cells.ts';
import type { Fact } from './layout.ts';

const LABEL_WIDTH = 8;

export interface FactRowProps {
  readonly fact: Fact;
  readonly width: number;
}

/** One thing that is known of a call. */
export function FactRow({ fact: { label, text, keep }, width }: FactRowProps): ReactNode {
  const shown = keep === 'end' ? cutStart(text, Math.max(width - LABEL_WIDTH, 0)) : text;
  return <Row text={`${label.padEnd(LABEL_WIDTH)}${shown}`} width={width} />;
}
