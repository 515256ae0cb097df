import { createHmac, timingSafeEqual } from 'node:crypto';

/** Every state of the proxy's begins so. */
export const STATE_PREFIX = 'aip-proxy:';

const VERSION = 'approval.1';
const NONCE_BYTES = 16;
const FORM = /^aip-proxy:approval\.1\.([A-Za-z0-9_-]{22})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/;

/**
 * As many questions are open at once, and as many characters are kept of what their calls brought. Beyond that the
 * oldest are forgotten, and what they were about is refused.
 */
const MAX_OPEN = 1000;
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** What a state is good for. */
export interface StateBinding {
  readonly sessionId: string;
  readonly policyHash: string;
  /** What tells the call from any other. */
  readonly callDigest: string;
}

/** What a call brought that is asked about, as JSON text: the client sends our state in its place. */
export interface CarriedInput {
  readonly requestState: string | null;
  readonly inputResponses: string | null;
}

export type Redemption =
  | { readonly ok: true; readonly carried: CarriedInput }
  /**
   * `foreign`: forged, or given for another call, session or policy. `expired`: too late, used or not.
   * `used`: given before, or forgotten.
   */
  | { readonly ok: false; readonly problem: 'foreign' | 'used' | 'expired' };

export interface ApprovalStatesOptions {
  /** Secret of this process. */
  readonly key: Uint8Array;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Milliseconds; only differences count. */
  readonly clock: () => number;
  /** Milliseconds that a state holds. */
  readonly timeLimit: number;
}

interface OpenState {
  readonly carried: CarriedInput;
  readonly expires: number;
}

/**
 * The `requestState` of calls that the client is asked about (protocol 2026-07-28). It goes through the policed
 * side, so that it is signed, holds for one call in one session under one policy, for a limited time, and once.
 */
export class ApprovalStates {
  private readonly options: ApprovalStatesOptions;
  /** By their nonces, oldest first: what was issued and has not come back. */
  private readonly open = new Map<string, OpenState>();
  private characters = 0;

  constructor(options: ApprovalStatesOptions) {
    this.options = options;
  }

  issue(binding: StateBinding, carried: CarriedInput): string {
    const { randomBytes, clock, timeLimit } = this.options;
    const nonce = Buffer.from(randomBytes(NONCE_BYTES)).toString('base64url');
    const now = clock();
    const expires = Math.max(0, Math.ceil(now + timeLimit));
    this.makeRoom(now, lengthOf(carried));
    this.open.set(nonce, { carried, expires });
    this.characters += lengthOf(carried);
    return `${STATE_PREFIX}${VERSION}.${nonce}.${expires}.${this.sign(nonce, String(expires), binding)}`;
  }

  /** Takes a state, once. One that is presented with another call, session or policy stays good for its own. */
  redeem(state: string, binding: StateBinding): Redemption {
    const [, nonce, expires, mac] = FORM.exec(state) ?? [];
    if (nonce === undefined || expires === undefined || mac === undefined)
      return { ok: false, problem: 'foreign' };
    // As text: what differs in bits that mean nothing is another state.
    const right = this.sign(nonce, expires, binding);
    if (!timingSafeEqual(Buffer.from(mac, 'latin1'), Buffer.from(right, 'latin1')))
      return { ok: false, problem: 'foreign' };
    const found = this.take(nonce);
    if (this.options.clock() >= Number(expires)) return { ok: false, problem: 'expired' };
    return found === undefined ? { ok: false, problem: 'used' } : { ok: true, carried: found.carried };
  }

  private sign(nonce: string, expires: string, binding: StateBinding): string {
    const { sessionId, policyHash, callDigest } = binding;
    const text = JSON.stringify([VERSION, nonce, expires, sessionId, policyHash, callDigest]);
    return createHmac('sha256', this.options.key).update(text, 'utf8').digest('base64url');
  }

  /** Forgets what has expired, and as many more as it takes to keep so many characters besides. */
  private makeRoom(now: number, characters: number): void {
    for (const [nonce, { expires }] of this.open) {
      const isFull = this.open.size >= MAX_OPEN || this.characters + characters > MAX_CHARACTERS;
      if (expires > now && !isFull) return;
      this.take(nonce);
    }
  }

  private take(nonce: string): OpenState | undefined {
    const state = this.open.get(nonce);
    if (state === undefined) return undefined;
    this.open.delete(nonce);
    this.characters -= lengthOf(state.carried);
    return state;
  }
}

function lengthOf({ requestState, inputResponses }: CarriedInput): number {
  return (requestState?.length ?? 0) + (inputResponses?.length ?? 0);
}
