/** The JSON text of a request for a tool. */
export function callTool(id: number | string, name: string, args: unknown = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } });
}

export function request(id: number | string, method: string, params: unknown = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** A call that makes the recorder write these very bytes to its output. */
export function say(id: number | string, ...lines: readonly (string | Uint8Array)[]): string {
  const bytes = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
  return callTool(id, 'say', { bytes: bytes.toString('base64') });
}
