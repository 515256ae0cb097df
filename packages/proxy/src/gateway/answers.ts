import { AIP_ERRORS, JSON_RPC_ERRORS, quoteJson } from '@agentpolicy/core';
import type { DecisionError } from '@agentpolicy/engine';
import { escapeSeparators } from '@agentpolicy/message';

/** What a refused message was about; the name is as the other side wrote it. */
export type Subject =
  | { readonly kind: 'tool'; readonly name: string }
  | { readonly kind: 'method'; readonly name: string }
  | { readonly kind: 'none' };

export const NO_SUBJECT: Subject = { kind: 'none' };

/**
 * An error answer (v1alpha1 §5.1), its members in one fixed order. The id is repeated as it was written;
 * null where none could be told.
 */
export function formatError(idText: string | null, error: DecisionError, subject: Subject): string {
  const data = formatData(error.reason, subject);
  return escapeSeparators(
    `{"jsonrpc":"2.0","id":${idText ?? 'null'},"error":{"code":${error.code},"message":${quoteJson(error.message)},"data":${data}}}`,
  );
}

function formatData(reason: string, subject: Subject): string {
  const said = `"reason":${quoteJson(reason)}`;
  switch (subject.kind) {
    case 'tool':
      return `{${said},"tool":${quoteJson(subject.name)}}`;
    case 'method':
      return `{"method":${quoteJson(subject.name)},${said}}`;
    case 'none':
      return `{${said}}`;
  }
}

/** What is answered to a message that the protocol does not allow. */
export function protocolError(code: number, reason: string): DecisionError {
  for (const known of Object.values(JSON_RPC_ERRORS)) {
    if (known.code === code) return { ...known, reason };
  }
  return { code, message: JSON_RPC_ERRORS.invalidRequest.message, reason };
}

/** What is answered where the proxy, the server or the client can't go on. */
export function internalError(reason: string): DecisionError {
  return { ...JSON_RPC_ERRORS.internalError, reason };
}

/** What is answered to a call that somebody has to approve while there is nobody to ask. */
export const NOBODY_TO_ASK: DecisionError = {
  ...AIP_ERRORS.userDenied,
  reason: 'The call needs approval, and there is nobody to ask',
};

/** What the caller is told where a result can't be redacted without changing what it means. */
export const REDACTION_FAILED: DecisionError = {
  ...AIP_ERRORS.redactionFailed,
  reason: 'The message holds text that may not be passed on and can not be taken out',
};

/** What a client that was refused by a method of its request is told. */
export function methodError(method: string): DecisionError {
  return { ...AIP_ERRORS.methodNotAllowed, reason: `Method ${quoteJson(method)} is denied by the policy` };
}
