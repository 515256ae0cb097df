import { Box } from 'ink';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import type { Style } from '../../terminal/style.ts';
import { Row } from '../parts/row.tsx';
import { useKeys } from '../parts/use-keys.ts';
import type { Store } from '../store.ts';
import type { Key } from '../terminal/read-key.ts';
import { cutStart } from '../text/cells.ts';
import { CallDetails } from './call-details.tsx';
import { Footer } from './footer.tsx';
import { HistoryList } from './history-list.tsx';
import { divideScreen, type Layout } from './layout.ts';
import { PendingList } from './pending-list.tsx';
import { type ConsoleState, type Drawn, describeDrawing, findSelected } from './state.ts';

export interface ApprovalsScreenProps {
  readonly store: Pick<Store<ConsoleState, never>, 'read' | 'subscribe'>;
  readonly onKey: (key: Key) => void;
  /** Told after each drawing. */
  readonly onDrawn: (drawn: Drawn) => void;
  /** Where proxies ask. */
  readonly path: string;
  readonly style: Style;
}

/** The console: the calls that wait, what is known of the selected one, and the keys. */
export function ApprovalsScreen({ store, onKey, onDrawn, path, style }: ApprovalsScreenProps): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.read);
  useKeys(onKey);
  useEffect(() => onDrawn(describeDrawing(state)));
  const layout = divideScreen(state.size, state.calls.length);
  const { width } = layout;
  const waiting = state.calls.filter(({ ended }) => ended === null).length;
  const title = `aip approvals  ${waiting} waiting  `;
  const header = state.trouble ?? `${title}${cutStart(path, Math.max(width - title.length, 0))}`;
  return (
    <Box flexDirection="column" width={width} height={layout.body + 3}>
      <Row text={header} width={width} paint={state.trouble === null ? style.bold : style.error} />
      <Box flexDirection="column" height={layout.body}>
        {renderBody(state, layout, style)}
      </Box>
      <Footer state={state} width={width} style={style} />
    </Box>
  );
}

function renderBody(state: ConsoleState, layout: Layout, style: Style): ReactNode {
  const { body, width, list, details, hasRules } = layout;
  const call = findSelected(state)?.call;
  if (state.view === 'history') return <HistoryList state={state} rows={body} width={width} style={style} />;
  if (state.view === 'arguments' && call !== undefined)
    return <CallDetails call={call} rows={body} width={width} top={state.top} style={style} />;
  const rule = <Row text={'-'.repeat(width)} width={width} paint={style.dim} />;
  return (
    <>
      {hasRules && rule}
      <PendingList state={state} rows={list} width={width} style={style} />
      {hasRules && rule}
      {call === undefined ? (
        <HistoryList state={state} rows={details} width={width} style={style} />
      ) : (
        <CallDetails call={call} rows={details} width={width} top={null} style={style} />
      )}
    </>
  );
}
