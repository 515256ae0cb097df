import { Box } from 'ink';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { Style } from '../../terminal/style.ts';
import { countRows } from '../../test-watch/press-key.ts';
import type { WatchState } from '../../test-watch/state.ts';
import { PaintedRow } from '../parts/painted-row.tsx';
import { useKeys } from '../parts/use-keys.ts';
import type { Store } from '../store.ts';
import type { Key } from '../terminal/read-key.ts';
import { WatchFooter } from './watch-footer.tsx';
import { WatchHeader } from './watch-header.tsx';

export interface WatchScreenProps {
  readonly store: Pick<Store<WatchState, never>, 'read' | 'subscribe'>;
  readonly onKey: (key: Key) => void;
  readonly style: Style;
}

/** The watch: what the tests come to, the report, and the keys. */
export function WatchScreen({ store, onKey, style }: WatchScreenProps): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.read);
  useKeys(onKey);
  const { lines, size } = state;
  const rows = countRows(state);
  const top = Math.min(state.top, Math.max(lines.length - rows, 0));
  const shown = lines.slice(top, top + rows);
  return (
    <Box flexDirection="column" width={size.columns} height={rows + 4}>
      <WatchHeader state={state} style={style} />
      <Box flexDirection="column" height={rows}>
        {shown.map((line, index) => (
          <PaintedRow key={top + index} line={line} width={size.columns} />
        ))}
      </Box>
      <WatchFooter state={state} below={lines.length - top - shown.length} style={style} />
    </Box>
  );
}
