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

/**
 * The error of a refused tool call as the result of the tool: models read results, while many clients keep
 * errors from them.
 */
export function formatToolResult(idText: string, error: DecisionError): string {
  const text = `${error.message} (${error.code}): ${error.reason}`;
  return escapeSeparators(
    `{"jsonrpc":"2.0","id":${idText},"result":{"content":[{"type":"text","text":${quoteJson(text)}}],"isError":true}}`,
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

/** What is answered to a call that somebody would have to approve without seeing all of it. */
export const TOO_MUCH_TO_SHOW: DecisionError = {
  ...AIP_ERRORS.userDenied,
  reason: 'The call needs approval, and its arguments are too many to be shown',
};

/** What is answered where somebody was asked and did not approve the call. */
export const USER_DENIED: DecisionError = { ...AIP_ERRORS.userDenied, reason: 'The call was not approved' };

/** What is answered where nobody answered in time. */
export const USER_TIMEOUT: DecisionError = {
  ...AIP_ERRORS.userTimeout,
  reason: 'Nobody approved the call in time',
};

/** What is answered where too much is asked. */
export const TOO_MANY_QUESTIONS: DecisionError = {
  ...AIP_ERRORS.userDenied,
  reason: 'The call needs approval, and too many others have asked for it',
};

/** What is answered to a call whose arguments hold what may not be sent. */
export function requestBlocked(rules: readonly string[]): DecisionError {
  return {
    ...AIP_ERRORS.forbidden,
    reason: `The arguments match the DLP rule ${rules.map(quoteJson).join(', ')}`,
  };
}

/** What is answered to a call that can't be made without what may not be sent (v1alpha2 §3.6.4). */
export function requestRedactionFailed(onFailure: 'block' | 'reject', problem: string): DecisionError {
  const base = onFailure === 'block' ? AIP_ERRORS.forbidden : AIP_ERRORS.redactionFailed;
  return { ...base, reason: `The arguments could not be redacted: ${problem}` };
}

/** What is answered to a call whose tool's definition has to be seen, where the server does not show it. */
export const LIST_UNAVAILABLE: DecisionError = {
  ...JSON_RPC_ERRORS.internalError,
  reason: 'The server did not list its tools, so the definition of the tool can not be verified',
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
