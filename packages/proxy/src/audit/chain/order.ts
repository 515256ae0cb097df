import { type Findings, type Place, showPlace } from './findings.ts';
import { GENESIS, type Head, NO_HEAD, type SealedRecord } from './link.ts';

/** Records that were not met when their successor was. */
interface Gap {
  readonly from: number;
  readonly to: number;
  readonly place: Place;
}

/** Holds each record against the ones before it. */
export class OrderCheck {
  private readonly findings: Findings;
  /** The hash that the first record follows, where its predecessors are known to be elsewhere. */
  private readonly expectStart: string;
  private head: Head = NO_HEAD;
  private headPlace: Place | null = null;
  private gaps: readonly Gap[] = [];

  constructor(findings: Findings, expectStart: string | undefined) {
    this.findings = findings;
    this.expectStart = expectStart ?? GENESIS;
  }

  /** Takes the next record; `hash` is its line's, `unreadable` how many lines just before it were none. */
  take(record: SealedRecord, hash: string, place: Place, unreadable: number): void {
    const { seq, prev } = record.link;
    if (this.headPlace === null) this.start(record.link.seq, prev, place);
    else if (seq <= this.head.seq) {
      this.takeEarlier(seq, place);
      return;
    } else if (seq === this.head.seq + 1) {
      if (prev !== this.head.hash) this.reportChange(this.headPlace, place);
    } else if (seq - this.head.seq - 1 > unreadable) {
      this.gaps = [...this.gaps, { from: this.head.seq + 1, to: seq - 1, place }];
    }
    this.head = { seq, hash };
    this.headPlace = place;
  }

  last(): Head {
    return this.head;
  }

  /** Tells what has never come. */
  finish(): void {
    for (const { from, to, place } of this.gaps) {
      const which = from === to ? `record ${from} is missing` : `records ${from} to ${to} are missing`;
      this.findings.add('missing', place, `${which} before this line`);
    }
  }

  private start(seq: number, prev: string, place: Place): void {
    if (prev === this.expectStart && (seq === 0) === (prev === GENESIS)) return;
    const message =
      this.expectStart !== GENESIS
        ? `the log does not begin behind the record ${this.expectStart}`
        : seq === 0
          ? 'the first record follows another one, although it is number 0'
          : `the records before number ${seq} are not here; where that is as it should be, pass their last hash: --expect-start ${prev}`;
    this.findings.add('missing', place, message);
  }

  private takeEarlier(seq: number, place: Place): void {
    const gap = this.gaps.find(({ from, to }) => from <= seq && seq <= to);
    if (gap === undefined) {
      this.findings.add('repeated', place, `record ${seq} stands here although a record ${seq} came before`);
      return;
    }
    this.findings.add('reordered', place, `record ${seq} stands behind record ${this.head.seq}`);
    const rest = [
      { ...gap, to: seq - 1 },
      { ...gap, from: seq + 1 },
    ].filter(({ from, to }) => from <= to);
    this.gaps = [...this.gaps.filter((each) => each !== gap), ...rest];
  }

  private reportChange(changed: Place, place: Place): void {
    this.findings.add(
      'changed',
      changed,
      `record ${this.head.seq} is not the one that ${showPlace(place)} follows: one of the two was changed`,
    );
  }
}
