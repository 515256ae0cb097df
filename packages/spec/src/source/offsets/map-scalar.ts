import type { SourceScalar } from '../tree.ts';
import { mapBlock } from './map-block.ts';
import { mapDoubleQuoted, mapPlain, mapSingleQuoted } from './map-flow.ts';
import type { ScalarText } from './scalar-text.ts';

/** Maps a string's units to the stretches of the text that they come from, through whatever quoting it has. */
export function mapScalar(text: string, scalar: SourceScalar, value: string): ScalarText {
  const { start, end } = scalar;
  switch (scalar.style) {
    case 'plain':
      return mapPlain(text, start, end);
    case 'single':
      return mapSingleQuoted(text, start, end);
    case 'double':
      return mapDoubleQuoted(text, start, end);
    case 'literal':
    case 'folded':
      return mapBlock(text, start, end, value);
  }
}
