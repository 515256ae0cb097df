import { fsync, fsyncSync } from 'node:fs';
import { describeCause } from '../../errors/describe-cause.ts';

/** When what was written is forced to the disk: power may fail, and the system keeps writes back for a while. */
export type FsyncPolicy =
  /** Left to the system. */
  | 'never'
  /** Within a second, behind the records' back. */
  | 'interval'
  /** Before the records count as written. */
  | 'always';

const INTERVAL = 1000;

/** Carries a policy out for one file. */
export class Syncer {
  private readonly policy: FsyncPolicy;
  private readonly descriptor: number;
  private timer: NodeJS.Timeout | null = null;
  private running = false;
  private stopped = false;
  private failure: string | null = null;

  constructor(policy: FsyncPolicy, descriptor: number) {
    this.policy = policy;
    this.descriptor = descriptor;
  }

  /** Something was written. Throws where `always` can't be kept. */
  wrote(): void {
    if (this.policy === 'always') fsyncSync(this.descriptor);
    else if (this.policy === 'interval') this.schedule();
  }

  /** What went wrong in the background since it was asked last. */
  takeFailure(): string | null {
    const { failure } = this;
    this.failure = null;
    return failure;
  }

  /** Forces what is left to the disk. The file may be closed once `whenIdle` says so. */
  finish(whenIdle: () => void): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    try {
      if (this.policy !== 'never') fsyncSync(this.descriptor);
    } catch {
      // Nobody is left to be told: the records are in the file.
    }
    if (this.running) this.onIdle = whenIdle;
    else whenIdle();
  }

  private onIdle: () => void = () => undefined;

  private schedule(): void {
    if (this.timer !== null || this.stopped) return;
    this.timer = setTimeout(() => this.run(), INTERVAL);
    this.timer.unref();
  }

  private run(): void {
    this.timer = null;
    this.running = true;
    fsync(this.descriptor, (cause) => {
      this.running = false;
      if (cause !== null) this.failure = describeCause(cause);
      this.onIdle();
    });
  }
}
