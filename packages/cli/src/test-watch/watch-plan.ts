import { type FSWatcher, watch as fsWatch, statSync } from 'node:fs';
import { join } from 'node:path';
import { planTests, SUITE_ENDING, TestRunnerError } from '@agentpolicy/test-runner';
import { followLinks, listFolders } from './list-folders.ts';
import {
  acceptSuites,
  isIncomplete,
  listChanged,
  type SeenTest,
  seeAgain,
  seeTests,
} from './planned-files.ts';

/** Milliseconds without a further change after which one is looked at: editors write in several steps. */
const QUIET_TIME = 15;

/** Milliseconds after which a change is looked at, however many follow. */
const MAX_DELAY = 80;

/** Milliseconds between two looks at all files: where a file system tells nothing, this finds what has changed. */
const LOOK_INTERVAL = 1000;

/** Every so many looks new tests are searched too, where not all folders can be watched. */
const LOOKS_PER_SEARCH = 5;

/** How often a missing file is waited for: an editor that replaces one takes it away for a moment. */
const MAX_PATIENCE = 6;

export interface PlanChange {
  /** All tests, in their order. */
  readonly files: readonly string[];
  /** Those that are new, or read something that has changed. */
  readonly changed: readonly string[];
  /** When the change was seen first; milliseconds of the clock. */
  readonly savedAt: number;
}

export interface WatchPlanOptions {
  readonly paths: readonly string[];
  /** For traces that are named themselves. */
  readonly policy: string | undefined;
  readonly clock: () => number;
  readonly onChange: (change: PlanChange) => void;
  /** The tests can't be found as things are; null once they can again. */
  readonly onTrouble: (trouble: string | null) => void;
  /** Watches a folder; the system's way unless told. */
  readonly watch?: (folder: string, onChange: (event: string, name: string | null) => void) => FSWatcher;
  /** Milliseconds between two looks at all files. */
  readonly lookInterval?: number;
}

/** Watches what tests read, and the folders where tests are searched. */
export class WatchPlan {
  private readonly options: WatchPlanOptions;
  private readonly watchers = new Map<string, FSWatcher>();
  private seen: readonly SeenTest[];
  private reads: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | null = null;
  private readonly looking: NodeJS.Timeout;
  private savedAt: number | null = null;
  private mustPlan = false;
  private patience = MAX_PATIENCE;
  private isTroubled = false;
  private isPaused = false;
  /** Whether there are folders that can't be watched. */
  private isBlind = false;
  private looks = 0;

  /**
   * Starts to watch.
   * @throws TestRunnerError where the tests can't be found.
   */
  constructor(options: WatchPlanOptions) {
    this.options = options;
    this.seen = this.plan();
    this.watchFolders();
    this.looking = setInterval(() => this.look(), options.lookInterval ?? LOOK_INTERVAL);
  }

  /** The tests that there are. */
  get files(): readonly string[] {
    return this.seen.map(({ file }) => file);
  }

  /** Looks away while suites are written here. */
  pause(): void {
    this.isPaused = true;
  }

  /** Looks again: what was written into suites meanwhile is known, and all else is not. */
  resume(): void {
    this.isPaused = false;
    this.seen = acceptSuites(this.seen);
    this.schedule();
  }

  close(): void {
    clearInterval(this.looking);
    if (this.timer !== null) clearTimeout(this.timer);
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private plan(): readonly SeenTest[] {
    const { paths, policy } = this.options;
    return seeTests(planTests(paths, policy === undefined ? {} : { policy }));
  }

  private watchFolders(): void {
    this.reads = followLinks(this.seen.flatMap(({ reads }) => reads));
    const { folders, isComplete } = listFolders(this.options.paths, this.reads);
    this.isBlind = !isComplete;
    for (const [folder, watcher] of this.watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    for (const folder of folders) if (!this.watchers.has(folder)) this.watchFolder(folder);
  }

  private watchFolder(folder: string): void {
    const { watch = fsWatch } = this.options;
    try {
      const watcher = watch(folder, (_, name) => this.hear(folder, name));
      // A folder that is gone, or one too many for the system: the look each second is left.
      watcher.on('error', () => {
        watcher.close();
        this.watchers.delete(folder);
        this.isBlind = true;
      });
      this.watchers.set(folder, watcher);
    } catch {
      this.isBlind = true;
    }
  }

  private hear(folder: string, name: string | null): void {
    // Not every system tells which file it was.
    const path = name === null ? null : join(folder, name);
    const isRead = path !== null && this.reads.has(path);
    if (path !== null && !isRead && !mayBeTest(path)) return;
    if (!isRead || path.endsWith(SUITE_ENDING)) this.mustPlan = true;
    this.schedule();
  }

  /** A change of what is known, which nobody has told. */
  private look(): void {
    if (this.timer !== null) return;
    const isSearch = this.isBlind && ++this.looks % LOOKS_PER_SEARCH === 0;
    const isChanged = listChanged(this.seen, seeAgain(this.seen)).length > 0;
    if (!isChanged && !isSearch && !this.isTroubled) return;
    this.mustPlan = true;
    this.schedule();
  }

  private schedule(): void {
    const now = this.options.clock();
    this.savedAt ??= now;
    if (this.timer !== null) clearTimeout(this.timer);
    const delay = Math.max(Math.min(QUIET_TIME, this.savedAt + MAX_DELAY - now), 0);
    this.timer = setTimeout(() => this.check(), delay);
  }

  private check(): void {
    this.timer = null;
    // What was seen is looked at when this is over.
    if (this.isPaused) return;
    const now = seeAgain(this.seen);
    if (isIncomplete(this.seen, now) && this.patience > 0) {
      this.patience--;
      this.mustPlan = true;
      this.timer = setTimeout(() => this.check(), QUIET_TIME);
      return;
    }
    const savedAt = this.savedAt ?? this.options.clock();
    const before = this.seen;
    this.savedAt = null;
    this.patience = MAX_PATIENCE;
    try {
      this.seen = this.mustPlan ? this.plan() : now;
    } catch (failure) {
      if (!(failure instanceof TestRunnerError)) throw failure;
      this.isTroubled = true;
      this.options.onTrouble(failure.message);
      return;
    }
    if (this.mustPlan) this.watchFolders();
    this.mustPlan = false;
    const changed = listChanged(before, this.seen);
    const isLess = this.seen.length < before.length;
    if (this.isTroubled) this.options.onTrouble(null);
    this.isTroubled = false;
    if (changed.length > 0 || isLess) this.options.onChange({ files: this.files, changed, savedAt });
  }
}

/** Whether something that no test reads yet may be a test, or hold some. */
function mayBeTest(path: string): boolean {
  if (path.endsWith(SUITE_ENDING) || path.endsWith('.jsonl')) return true;
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
