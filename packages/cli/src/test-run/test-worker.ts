// Both ends of a thread that runs parts of tests. A thread is started with this very module, which a bundle keeps in a
// file of its own; it knows by its data that it is such a thread.
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { type PartMessage, type PartTask, type PartWorker, runPartTask } from '@agentpolicy/test-runner';

const ROLE = 'aip-test-worker';

/** The young generation of a thread's heap: a larger one costs memory and gains nothing. */
const YOUNG_GENERATION_MB = 16;

/** Starts a thread. It does not keep the process alive while it has nothing to do. */
export function startTestWorker(): PartWorker {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: ROLE,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  // Waiting tasks are told by their own listeners.
  worker.on('error', () => {});
  worker.unref();
  return {
    run: (task, tell) => runInThread(worker, task, tell),
    close: () => void worker.terminate(),
  };
}

function runInThread(
  worker: Worker,
  task: PartTask,
  tell: (message: PartMessage) => void,
): Promise<PartMessage> {
  return new Promise((resolve, reject) => {
    worker.ref();
    const settle = (finish: () => void): void => {
      worker.off('message', hear).off('error', fail).off('exit', end);
      worker.unref();
      finish();
    };
    const hear = (message: PartMessage): void => {
      if (message.kind === 'done' || message.kind === 'refused') settle(() => resolve(message));
      else tell(message);
    };
    const fail = (failure: Error): void => settle(() => reject(failure));
    const end = (): void => fail(new Error(`the thread that ran ${task.file} ended`));
    worker.on('message', hear).on('error', fail).on('exit', end);
    worker.postMessage(task);
  });
}

function serve(port: MessagePort): void {
  port.on('message', (task: PartTask) =>
    runPartTask(
      task,
      () => performance.now(),
      (message) => port.postMessage(message),
    ),
  );
}

if (!isMainThread && workerData === ROLE && parentPort !== null) serve(parentPort);
