/**
 * The methods that clients send in MCP up to revision 2025-11-25 and in 2026-07-28, as their schemas
 * name them. What only servers send is not here: a policy does not judge it.
 */
export const CLIENT_METHODS: readonly string[] = [
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/initialized',
  'notifications/progress',
  'notifications/roots/list_changed',
  'notifications/tasks/status',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tools/call',
  'tools/list',
];

/** Methods that servers send to clients, and names of the specification's own default list. */
export const OTHER_METHODS: readonly string[] = [
  'cancelled',
  'elicitation/create',
  'initialized',
  'notifications/elicitation/complete',
  'notifications/message',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/subscriptions/acknowledged',
  'notifications/tools/list_changed',
  'roots/list',
  'sampling/createMessage',
];

/** Methods that hand out a server's data without a tool call: no tool rule and no protected path stops them. */
export const RESOURCE_METHODS: readonly string[] = ['resources/read', 'resources/subscribe'];
