import type { OperationEvent } from '@agentpolicy/proxy';
import type { Attributes } from '@opentelemetry/api';

/** What stands for a method that is none of MCP's. */
const OTHER = '_OTHER';

const LONGEST = 256;

/** What a request was about, for metrics: few values, whoever sends whatever. (MCP semantic conventions.) */
export function describeOperation(event: OperationEvent, transport: string): Attributes {
  const { method, tool, protocolVersion } = event;
  return {
    'mcp.method.name': method ?? OTHER,
    'network.transport': transport,
    ...(tool === null ? {} : { 'gen_ai.operation.name': 'execute_tool' }),
    // A name that the policy does not know may be anything.
    ...(tool?.isInPolicy === true ? { 'gen_ai.tool.name': tool.name.slice(0, LONGEST) } : {}),
    ...(protocolVersion === null ? {} : { 'mcp.protocol.version': protocolVersion.slice(0, LONGEST) }),
    ...describeOutcome(event),
  };
}

function describeOutcome({ outcome }: OperationEvent): Attributes {
  switch (outcome.kind) {
    case 'result':
      return {};
    case 'tool-error':
      return { 'error.type': 'tool_error' };
    case 'error': {
      const { code, by } = outcome;
      const status = code === null ? {} : { 'rpc.response.status_code': String(code) };
      return { 'error.type': code === null ? OTHER : String(code), ...status, 'aip.error.source': by };
    }
  }
}

/** What a span has besides: it may tell one request from all others. */
export function describeRequest({ idText, tool }: OperationEvent): Attributes {
  return {
    'jsonrpc.request.id': idText.replace(/^"|"$/g, '').slice(0, LONGEST),
    ...(tool === null ? {} : { 'gen_ai.tool.name': tool.name.slice(0, LONGEST) }),
  };
}

/** The name of a span: the method, and the tool where there are few of them. */
export function nameOperation({ method, tool }: OperationEvent): string {
  const name = method ?? OTHER;
  return tool?.isInPolicy === true ? `${name} ${tool.name.slice(0, LONGEST)}` : name;
}
