import type { KeyObject } from 'node:crypto';
import { type Checkpoint, isSignedBy, readCheckpoint } from './checkpoint.ts';
import { type ChainFinding, Findings, type Place } from './findings.ts';
import { type Head, hashLine, readSealed, type SealedRecord } from './link.ts';
import { OrderCheck } from './order.ts';
import { isTornLine, readTorn, TornBytes } from './torn.ts';

export interface VerifyOptions {
  /** The hash of a record that must be in the log: its head at an earlier time. */
  readonly expectHead?: string;
  /** The hash that the first record must follow, where what came before is not at hand. */
  readonly expectStart?: string;
  /** The key that checkpoints must be signed with. */
  readonly key?: KeyObject;
  /** Checkpoints that were kept elsewhere. */
  readonly checkpoints?: readonly Checkpoint[];
}

/** What was found out about an audit log. */
export interface ChainReport {
  readonly records: number;
  readonly head: Head;
  /** The number of the last record that a checkpoint in the log covers; null where there is none. */
  readonly checkpointed: number | null;
  readonly findings: readonly ChainFinding[];
  /** What is as it should be and still worth knowing. */
  readonly notes: readonly string[];
}

interface Junk {
  readonly place: Place;
  readonly text: string;
}

/** Verifies a chain line by line, in constant memory. */
export class ChainVerifier {
  private readonly options: VerifyOptions;
  private readonly findings = new Findings();
  private readonly order: OrderCheck;
  private readonly kept: ReadonlyMap<number, Checkpoint>;
  private records = 0;
  private firstSeq: number | null = null;
  private checkpointed: number | null = null;
  private metHead = false;
  /** Lines since the last record that are none. */
  private junk: Junk[] = [];
  private junkCount = 0;
  private torn = new TornBytes();

  constructor(options: VerifyOptions) {
    this.options = options;
    this.order = new OrderCheck(this.findings, options.expectStart);
    this.kept = new Map(options.checkpoints?.map((each) => [each.head.seq, each]));
  }

  /** Takes the next line, without its line feed. */
  push(line: Buffer, place: Place): void {
    const text = line.toString('utf8');
    const record = readSealed(text);
    if (record === null) this.takeJunk(line, text, place);
    else this.takeRecord(record, hashLine(line), place);
  }

  finish(): ChainReport {
    this.finishJunk();
    this.order.finish();
    const head = this.order.last();
    this.finishHead(head);
    this.finishCheckpoints(head);
    return {
      records: this.records,
      head,
      checkpointed: this.checkpointed,
      findings: this.findings.list(),
      notes: this.findings.notes(),
    };
  }

  private takeJunk(line: Buffer, text: string, place: Place): void {
    this.torn.add(line);
    this.torn.add(Buffer.from('\n'));
    this.junkCount++;
    // What is wrong with the first ones is enough to tell.
    if (this.junk.length < 10) this.junk.push({ place, text: text.slice(0, 64) });
  }

  private takeRecord(record: SealedRecord, hash: string, place: Place): void {
    const bridged = this.takeBridge(record, place);
    this.order.take(record, hash, place, bridged ? 0 : this.junkCount);
    this.junk = [];
    this.junkCount = 0;
    this.torn = new TornBytes();
    this.records++;
    const { seq } = record.link;
    this.firstSeq ??= seq;
    if (hash === this.options.expectHead) this.metHead = true;
    this.takeCheckpoint(record, place);
    const kept = this.kept.get(seq);
    if (kept !== undefined && kept.head.hash !== hash) {
      const message = `record ${seq} is not the one of the checkpoint of ${kept.timestamp}: the chain was rebuilt`;
      this.findings.add('head', place, message);
    }
  }

  /** The record accounts for all of the lines before it that are none. */
  private takeBridge({ members }: SealedRecord, place: Place): boolean {
    const claimed = readTorn(members);
    const torn = this.torn.sum();
    if (claimed === null && torn === null) return true;
    if (claimed !== null && torn !== null && claimed.bytes === torn.bytes && claimed.hash === torn.hash) {
      this.findings.note(
        `${place.file}:${place.line} accounts for ${torn.bytes} bytes before it: a write was cut off there`,
      );
      return true;
    }
    this.reportJunk();
    if (claimed !== null && torn === null) {
      const message = `${claimed.bytes} bytes of a write that was cut off should stand before this record`;
      this.findings.add('missing', place, message);
    }
    return false;
  }

  private reportJunk(): void {
    for (const { place } of this.junk) this.findings.add('unreadable', place, 'this line is no audit record');
    const more = this.junkCount - this.junk.length;
    if (more > 0)
      this.findings.add(
        'unreadable',
        this.junk.at(-1)?.place ?? null,
        `${more} more lines from here are none`,
      );
  }

  private finishJunk(): void {
    if (this.junkCount === 0) return;
    const isTorn = this.junk.length === this.junkCount && this.junk.every(({ text }) => isTornLine(text));
    if (!isTorn) this.reportJunk();
    else
      this.findings.note('the last line was cut off; the next proxy that writes to the log accounts for it');
  }

  private takeCheckpoint({ members, link }: SealedRecord, place: Place): void {
    const { key } = this.options;
    const checkpoint = readCheckpoint(members);
    if (checkpoint === null) return;
    const { head } = checkpoint;
    if (head.seq !== link.seq - 1 || head.hash !== link.prev)
      this.findings.add('signature', place, 'the checkpoint speaks of another record than the one before it');
    else if (key !== undefined && !isSignedBy(checkpoint, key))
      this.findings.add('signature', place, `the checkpoint is not signed by the given key`);
    else this.checkpointed = head.seq;
  }

  private finishHead(head: Head): void {
    const { expectHead } = this.options;
    if (expectHead === undefined) return;
    if (!this.metHead)
      this.findings.add(
        'head',
        null,
        `no record has the expected hash ${expectHead}: the end was cut off, or the chain was rebuilt`,
      );
    else if (head.hash !== expectHead) this.findings.note('the log has grown since the expected head');
  }

  private finishCheckpoints(head: Head): void {
    const { key } = this.options;
    for (const { head: due, timestamp } of this.kept.values()) {
      if (due.seq > head.seq) {
        const message = `the checkpoint of ${timestamp} speaks of record ${due.seq}, and the log ends with ${head.seq}: its end was cut off`;
        this.findings.add('head', null, message);
      } else if (due.seq < (this.firstSeq ?? 0))
        this.findings.note(`the checkpoint of ${timestamp} is about records that are not here`);
    }
    if (key === undefined) return;
    if (this.checkpointed === null)
      this.findings.add('signature', null, 'no checkpoint in the log is signed by the given key');
    else if (this.checkpointed < head.seq - 1)
      this.findings.note(
        `${head.seq - 1 - this.checkpointed} records behind the last checkpoint are covered by no signature`,
      );
  }
}
