/** The JSON-RPC error codes of the specification (v1alpha3 §11) with the messages of its vectors. */
export const AIP_ERRORS = {
  forbidden: { code: -32001, message: 'Forbidden' },
  rateLimited: { code: -32002, message: 'Rate limit exceeded' },
  userDenied: { code: -32004, message: 'User denied' },
  userTimeout: { code: -32005, message: 'User approval timeout' },
  methodNotAllowed: { code: -32006, message: 'Method not allowed' },
  protectedPath: { code: -32007, message: 'Access denied: protected path' },
  tokenRequired: { code: -32008, message: 'Token required' },
  tokenInvalid: { code: -32009, message: 'Token invalid' },
  signatureInvalid: { code: -32010, message: 'Policy signature invalid' },
  tokenRevoked: { code: -32011, message: 'Token revoked' },
  audienceMismatch: { code: -32012, message: 'Audience mismatch' },
  schemaMismatch: { code: -32013, message: 'Schema mismatch' },
  redactionFailed: { code: -32014, message: 'DLP redaction failed' },
  aatRequired: { code: -32015, message: 'AAT required' },
  aatInvalid: { code: -32016, message: 'AAT invalid' },
  aatCapabilityDenied: { code: -32017, message: 'AAT capability denied' },
  agentNotRegistered: { code: -32018, message: 'Agent not registered' },
  delegationExpired: { code: -32019, message: 'Delegation expired' },
  issuerUntrusted: { code: -32020, message: 'Issuer untrusted' },
} as const;

export type AipErrorName = keyof typeof AIP_ERRORS;

/** Error codes of JSON-RPC 2.0 (§5.1) that a proxy answers with. */
export const JSON_RPC_ERRORS = {
  parseError: { code: -32700, message: 'Parse error' },
  invalidRequest: { code: -32600, message: 'Invalid Request' },
  methodNotFound: { code: -32601, message: 'Method not found' },
  invalidParams: { code: -32602, message: 'Invalid params' },
  internalError: { code: -32603, message: 'Internal error' },
} as const;

/** The methods that are allowed where a policy has no `allowed_methods` (v1alpha1 §3.4.3), as the text lists them. */
export const DEFAULT_ALLOWED_METHODS: readonly string[] = [
  'initialize',
  'initialized',
  'ping',
  'tools/call',
  'tools/list',
  'completion/complete',
  'notifications/initialized',
  'notifications/progress',
  'notifications/message',
  'notifications/resources/updated',
  'notifications/resources/list_changed',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'cancelled',
];
