/** The methods of every revision of MCP from 2024-11-05 to 2026-07-28, and of its tasks extension. */
export const MCP_METHODS = [
  'completion/complete',
  'elicitation/create',
  'initialize',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/elicitation/complete',
  'notifications/initialized',
  'notifications/message',
  'notifications/progress',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/roots/list_changed',
  'notifications/subscriptions/acknowledged',
  'notifications/tasks',
  'notifications/tasks/status',
  'notifications/tools/list_changed',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'roots/list',
  'sampling/createMessage',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tools/call',
  'tools/list',
] as const;

/** A method is ASCII: its normalized form is its lower case. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  MCP_METHODS.map((method) => [method.toLowerCase(), method]),
);

/** MCP's own spelling of a normalized method; undefined where MCP has no such method. */
export function spellMethod(normalizedMethod: string): string | undefined {
  return SPELLINGS.get(normalizedMethod);
}
