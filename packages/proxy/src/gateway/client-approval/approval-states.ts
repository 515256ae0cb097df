import { createHmac, timingSafeEqual } from 'node:crypto';

/** Every state of the proxy's begins so. */
export const STATE_PREFIX = 'aip-proxy:';

const VERSION = 'approval.1';
const NONCE_BYTES = 16;
const FORM = /^aip-proxy:approval\.1\.([A-Za-z0-9_-]{22})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/;

/** As many questions are open at once; beyond that the oldest is forgotten, and what it was about is refused. */
const MAX_OPEN = 1000;

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
  /** `foreign`: forged, or given for another call, session or policy. `used`: given before, or forgotten. */
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

/**
 * The `requestState` of calls that the client is asked about (protocol 2026-07-28). It goes through the policed
 * side, so that it is signed, holds for one call in one session under one policy, for a limited time, and once.
 */
export class ApprovalStates {
  private readonly options: ApprovalStatesOptions;
  /** By their nonces: what was issued and has not come back. */
  private readonly open = new Map<string, CarriedInput>();

  constructor(options: ApprovalStatesOptions) {
    this.options = options;
  }

  issue(binding: StateBinding, carried: CarriedInput): string {
    const { randomBytes, clock, timeLimit } = this.options;
    const nonce = Buffer.from(randomBytes(NONCE_BYTES)).toString('base64url');
    const expires = String(Math.max(0, Math.ceil(clock() + timeLimit)));
    if (this.open.size >= MAX_OPEN) this.forgetOldest();
    this.open.set(nonce, carried);
    return `${STATE_PREFIX}${VERSION}.${nonce}.${expires}.${this.sign(nonce, expires, binding)}`;
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
    const carried = this.open.get(nonce);
    if (carried === undefined) return { ok: false, problem: 'used' };
    this.open.delete(nonce);
    if (this.options.clock() >= Number(expires)) return { ok: false, problem: 'expired' };
    return { ok: true, carried };
  }

  private sign(nonce: string, expires: string, binding: StateBinding): string {
    const { sessionId, policyHash, callDigest } = binding;
    const text = JSON.stringify([VERSION, nonce, expires, sessionId, policyHash, callDigest]);
    return createHmac('sha256', this.options.key).update(text, 'utf8').digest('base64url');
  }

  private forgetOldest(): void {
    for (const nonce of this.open.keys()) {
      this.open.delete(nonce);
      return;
    }
  }
}
