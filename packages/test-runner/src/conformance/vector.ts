import type { JsonNode } from '@agentpolicy/core';
import type { Approvals } from '../judge/simulate-approval.ts';
import type { Place, Problem } from '../problem.ts';

/** The levels of the public suite, each on top of the one before it. */
export const CONFORMANCE_LEVELS = ['basic', 'full', 'extended', 'identity', 'server'] as const;

export type ConformanceLevel = (typeof CONFORMANCE_LEVELS)[number];

/** What a file of vectors says. */
export interface VectorFile {
  readonly file: string;
  readonly level: ConformanceLevel;
  readonly name: string;
  readonly vectors: readonly Vector[];
}

export type VectorReading =
  | { readonly ok: true; readonly file: VectorFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** One test vector: a policy, what happens, and what must come of it. */
export interface Vector {
  readonly id: string;
  readonly description: string;
  readonly place: Place;
  /** Null where no policy is loaded. */
  readonly policy: string | null;
  readonly environment: VectorEnvironment;
  /** Why the policy must be refused; null where it must not. */
  readonly policyError: PolicyErrorExpectation | null;
  /** The hash that the policy must have; null where the vector does not say. */
  readonly policyHash: string | null;
  readonly steps: readonly VectorStep[];
  /** Why the vector can't be run; null where it can. */
  readonly unsupported: string | null;
}

export interface VectorEnvironment {
  readonly home: string;
  readonly cwd: string;
  readonly foldCase: boolean;
  readonly ownFiles: readonly string[];
  readonly maxLineBytes: number | null;
  readonly maxDepth: number | null;
}

export const DEFAULT_ENVIRONMENT: VectorEnvironment = {
  home: '/home/user',
  cwd: '/home/user/project',
  foldCase: false,
  ownFiles: [],
  maxLineBytes: null,
  maxDepth: null,
};

export interface PolicyErrorExpectation {
  /** The finding's code. */
  readonly code: string;
  /** Where it must stand in the policy; null where the vector does not say. */
  readonly line: number | null;
  readonly column: number | null;
}

export type VectorStep = RequestStep | ScanStep | RawStep;

/** A message from the client, built from the vector's fields. */
export interface RequestStep {
  readonly kind: 'request';
  readonly place: Place;
  readonly waitMs: number;
  /** The JSON-RPC message without its id. */
  readonly method: string;
  /** JSON text; null where the message has no params. */
  readonly params: string | null;
  /** JSON text of the id; null for a notification. */
  readonly id: string | null;
  /** Equal calls that were made just before this one. */
  readonly previousCalls: number;
  readonly userResponse: Approvals | null;
  readonly expected: RequestExpectation;
}

export const VECTOR_DECISIONS = ['ALLOW', 'BLOCK', 'ASK', 'RATE_LIMITED', 'PROTECTED_PATH'] as const;

export type VectorDecision = (typeof VECTOR_DECISIONS)[number];

/** What is absent is not compared. */
export interface RequestExpectation {
  readonly decision?: VectorDecision;
  /** Null: there must be no error. */
  readonly errorCode?: number | null;
  readonly errorMessage?: string;
  readonly violation?: boolean;
  /** The members that the error's data must have. */
  readonly errorData?: JsonNode;
  /** The members that the JSON-RPC answer must have, at any depth. */
  readonly responseFormat?: JsonNode;
  /** JSON pointer of the policy's entry that must have decided, or of one that holds it; null: none must. */
  readonly rule?: string | null;
  /** The argument that must have failed. */
  readonly argument?: string;
  /** The engine's reason, for example `not-listed`. */
  readonly reason?: string;
  /** Texts that the answer to the client must not hold. */
  readonly answerLacks?: readonly string[];
}

/** Text that is scanned for secrets. */
export interface ScanStep {
  readonly kind: 'scan';
  readonly place: Place;
  readonly waitMs: number;
  readonly source: ScanSource;
  readonly content: string;
  readonly expected: ScanExpectation;
}

export const SCAN_SOURCES = ['response', 'stderr', 'log'] as const;

export type ScanSource = (typeof SCAN_SOURCES)[number];

export interface ScanExpectation {
  readonly redacted?: boolean;
  readonly output?: string;
  readonly events?: readonly { readonly rule: string; readonly count: number }[];
}

/** Bytes from one side, and what must reach each side of them. */
export interface RawStep {
  readonly kind: 'raw';
  readonly place: Place;
  readonly waitMs: number;
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
  readonly toServer: RawExpectation;
  readonly toClient: RawExpectation;
}

export type RawExpectation =
  | { readonly kind: 'nothing' }
  /** What came in, byte for byte without its line break. */
  | { readonly kind: 'same' }
  | { readonly kind: 'text'; readonly text: string }
  /** A message that has at least these members. */
  | { readonly kind: 'like'; readonly value: JsonNode };
