import { AIP_ERRORS, JSON_RPC_ERRORS, quoteJson } from '@agentpolicy/core';
import type { DecisionError } from '@agentpolicy/engine';
import { escapeSeparators } from '@agentpolicy/message';

/** What a refused message was about, as the other side wrote it; null where nothing is named. */
export type Subject = { readonly key: 'tool' | 'method'; readonly name: string } | null;

/** The error answer that the proxy gives (v1alpha1 §5.1). The id is repeated as it was written. */
export function formatErrorAnswer(idText: string | null, error: DecisionError, subject: Subject): string {
  const reason = `"reason":${quoteJson(error.reason)}`;
  const data = subject === null ? reason : joinData(subject, reason);
  const detail = `{"code":${error.code},"message":${quoteJson(error.message)},"data":{${data}}}`;
  return escapeSeparators(`{"jsonrpc":"2.0","id":${idText ?? 'null'},"error":${detail}}`);
}

/** In the order that the proxy writes them. */
function joinData({ key, name }: NonNullable<Subject>, reason: string): string {
  const named = `"${key}":${quoteJson(name)}`;
  return key === 'method' ? `${named},${reason}` : `${reason},${named}`;
}

/** The error for a message that breaks the rules of the protocol. */
export function protocolError(code: number, reason: string): DecisionError {
  const known = Object.values(JSON_RPC_ERRORS).find((each) => each.code === code);
  return { code, message: known?.message ?? JSON_RPC_ERRORS.invalidRequest.message, reason };
}

export const USER_DENIED: DecisionError = { ...AIP_ERRORS.userDenied, reason: 'The call was not approved' };

export const USER_TIMEOUT: DecisionError = {
  ...AIP_ERRORS.userTimeout,
  reason: 'Nobody approved the call in time',
};

export const REDACTION_FAILED: DecisionError = {
  ...AIP_ERRORS.redactionFailed,
  reason: 'The message holds text that may not be passed on and can not be taken out',
};

/** A method of the server's that `denied_methods` names. */
export function methodDenied(method: string): DecisionError {
  return { ...AIP_ERRORS.methodNotAllowed, reason: `Method ${quoteJson(method)} is denied by the policy` };
}
