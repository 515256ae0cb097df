import { getMember, type JsonNode, type JsonObject, quoteJson } from '@agentpolicy/core';
import type { RequestMessage } from '@agentpolicy/message';

const DECISION = 'decision';
const APPROVE = 'approve';

/** Where a request of the stateless protocol (2026-07-28) says what its sender can do, inside `params._meta`. */
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** A form with one choice. Denying comes first: some clients choose the first by themselves. */
const FORM =
  `{"type":"object","properties":{"${DECISION}":{"type":"string","title":"Decision",` +
  `"enum":["deny","${APPROVE}"]}},"required":["${DECISION}"]}`;

/** The params of an `elicitation/create` that asks about a call. The mode is named where the protocol knows modes. */
export function formatElicitation(lines: readonly string[], namesMode: boolean): string {
  const text = ['Approve this tool call?', ...lines].join('\n');
  return `{${namesMode ? '"mode":"form",' : ''}"message":${quoteJson(text)},"requestedSchema":${FORM}}`;
}

/** True for an accepted form in which the call is approved, and for nothing else. */
export function isApproval(result: JsonNode | undefined): boolean {
  if (result?.kind !== 'object') return false;
  const action = getMember(result, 'action');
  const content = getMember(result, 'content');
  if (action?.kind !== 'string' || action.value !== 'accept' || content?.kind !== 'object') return false;
  const decision = getMember(content, DECISION);
  return decision?.kind === 'string' && decision.value === APPROVE;
}

/** Whether a client that says `initialize` shows forms to its user. */
export function declaresForms({ params }: RequestMessage): boolean {
  return params !== undefined && hasForms(getMember(params, 'capabilities'));
}

/** Whether a request of the stateless protocol says that its client shows forms. */
export function declaresFormsItself({ params }: RequestMessage): boolean {
  const meta = params === undefined ? undefined : getMember(params, '_meta');
  return meta?.kind === 'object' && hasForms(getMember(meta, CAPABILITIES_KEY));
}

/** Without a mode, a form is meant. */
function hasForms(capabilities: JsonNode | undefined): boolean {
  const declared = objectOf(capabilities, 'elicitation');
  return (
    declared !== undefined && (declared.members.length === 0 || objectOf(declared, 'form') !== undefined)
  );
}

function objectOf(node: JsonNode | undefined, key: string): JsonObject | undefined {
  const value = node?.kind === 'object' ? getMember(node, key) : undefined;
  return value?.kind === 'object' ? value : undefined;
}
