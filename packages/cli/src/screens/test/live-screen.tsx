import { Box } from 'ink';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { Style } from '../../terminal/style.ts';
import { formatProgress } from '../../test-run/progress.ts';
import type { RunView } from '../../test-watch/run-view.ts';
import { Row } from '../parts/row.tsx';
import type { Store } from '../store.ts';
import { tame } from '../text/tame.ts';
import { describeRun, describeRunFailure } from './describe-run.ts';

/** What a run looks like at a moment, on a terminal of a size. */
export interface LiveState {
  readonly view: RunView;
  readonly now: number;
  readonly size: { readonly columns: number; readonly rows: number };
}

/** More rows than these are not taken from what stands above. */
const MAX_RUNNING = 3;
const MAX_FAILURES = 5;

export interface LiveScreenProps {
  readonly store: Pick<Store<LiveState, never>, 'read' | 'subscribe'>;
  readonly style: Style;
}

/** A run that goes on, in a few lines: how far it is, what runs, and what has failed so far. */
export function LiveScreen({ store, style }: LiveScreenProps): ReactNode {
  const { view, now, size } = useSyncExternalStore(store.subscribe, store.read);
  const { columns: width, rows } = size;
  const elapsedMs = now - view.startedAt;
  const progress = { calls: view.calls, bytes: view.bytes, total: view.totalBytes, elapsedMs };
  // Two lines always, and one that stays free; the failures go before the files.
  const room = Math.max(rows - 3, 0);
  const failures = view.failures.slice(-Math.min(MAX_FAILURES, room));
  const files =
    failures.length === room ? [] : view.running.slice(0, Math.min(MAX_RUNNING, room - failures.length));
  return (
    <Box flexDirection="column" width={width}>
      <Row
        text={`aip test  ${describeRun(view)}`}
        width={width}
        paint={view.failed > 0 ? style.error : style.bold}
      />
      <Row text={view.totalBytes === 0 ? '' : formatProgress(progress)} width={width} paint={style.dim} />
      {files.map((file) => (
        <Row key={file} text={tame(`RUN   ${file}`)} width={width} />
      ))}
      {listFailures(view, failures.length).map(({ key, text }) => (
        <Row key={key} text={text} width={width} paint={style.error} />
      ))}
    </Box>
  );
}

function listFailures({ failures }: RunView, count: number): readonly { key: string; text: string }[] {
  if (count === 0) return [];
  return failures.slice(-count).map((failure) => ({
    key: `${failure.file}\n${failure.name}`,
    text: describeRunFailure(failure),
  }));
}
