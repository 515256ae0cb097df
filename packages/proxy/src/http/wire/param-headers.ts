import { getMember, type JsonNode, type JsonObject } from '@agentpolicy/core';
import { readToolPage } from '@agentpolicy/message';
import { decodeValue, encodeValue } from './header-value.ts';

/** Headers that repeat arguments of a tool call (protocol 2026-07-28) begin so. */
const PREFIX = 'mcp-param-';

/** As many tools are remembered; a server that lists more has the first ones forgotten. */
const MOST_TOOLS = 10_000;
/** As many levels of a schema are looked at. */
const MAX_DEPTH = 16;

/** Where the argument stands that a header repeats: keys from the arguments on. */
type Path = readonly string[];

/** A call whose headers are held against its arguments. */
export interface NamedCall {
  readonly tool: string;
  readonly args: JsonObject;
}

/**
 * Which arguments of which tools stand in headers, as the server's lists say it with `x-mcp-header`. Of a tool
 * that was not seen in a list, nothing is known: then a header must repeat one of the arguments, whichever.
 */
export class ParamHeaders {
  /** Paths by the header's name, by the tool's name. */
  private readonly tools = new Map<string, ReadonlyMap<string, Path>>();

  /** Takes a result of `tools/list`. */
  learn(result: JsonNode): void {
    for (const { name, node } of readToolPage(result)?.tools ?? []) {
      const found = new Map<string, Path>();
      const schema = getMember(node, 'inputSchema');
      if (schema !== undefined) collectPaths(schema, [], found);
      this.tools.delete(name);
      this.tools.set(name, found);
      if (this.tools.size > MOST_TOOLS)
        for (const oldest of this.tools.keys()) if (this.tools.delete(oldest)) break;
    }
  }

  /** Why headers can't stand beside the call; null where they can. A null call has no such headers. */
  findProblem(headers: Headers, call: NamedCall | null): string | null {
    for (const [header, raw] of headers) {
      if (!header.startsWith(PREFIX)) continue;
      const value = decodeValue(raw);
      const repeats =
        call !== null && value !== null && this.findValues(header, call).some((each) => isSame(value, each));
      if (!repeats) return `${header} repeats no argument of the body`;
    }
    return null;
  }

  /** Makes the headers that are there say what the call says; with `fill`, also those that are missing. */
  rewrite(headers: Headers, call: NamedCall | null, fill: boolean): void {
    const written = [...headers].filter(([header]) => header.startsWith(PREFIX));
    for (const [header, raw] of written) {
      const value = decodeValue(raw);
      const nodes = call === null ? [] : this.findValues(header, call);
      const kept = nodes.find((node) => value !== null && isSame(value, node));
      const known = call !== null && this.tools.get(call.tool)?.has(header) === true;
      const text = formatNode(kept ?? (known ? nodes[0] : undefined));
      if (text === null) headers.delete(header);
      else headers.set(header, encodeValue(text));
    }
    if (!fill || call === null) return;
    for (const [header, path] of this.tools.get(call.tool) ?? []) {
      const text = formatNode(findAt(call.args, path));
      if (text !== null) headers.set(header, encodeValue(text));
    }
  }

  /** The arguments that the header may repeat. */
  private findValues(header: string, { tool, args }: NamedCall): readonly JsonNode[] {
    const path = this.tools.get(tool)?.get(header);
    if (path === undefined) return listValues(args);
    const node = findAt(args, path);
    return node === undefined ? [] : [node];
  }
}

/** Only through `properties`, as the specification has it. */
function collectPaths(schema: JsonNode, path: Path, found: Map<string, Path>): void {
  if (schema.kind !== 'object' || path.length > MAX_DEPTH) return;
  const name = getMember(schema, 'x-mcp-header');
  if (name?.kind === 'string' && path.length > 0 && /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name.value))
    found.set(`${PREFIX}${name.value.toLowerCase()}`, path);
  const properties = getMember(schema, 'properties');
  if (properties?.kind !== 'object') return;
  for (const { key, value } of properties.members) collectPaths(value, [...path, key], found);
}

function findAt(args: JsonObject, path: Path): JsonNode | undefined {
  let node: JsonNode | undefined = args;
  for (const key of path) node = node?.kind === 'object' ? getMember(node, key) : undefined;
  return node;
}

/** Every value inside objects; what stands in arrays is never repeated. */
function listValues(node: JsonNode): readonly JsonNode[] {
  return node.kind === 'object' ? node.members.flatMap(({ value }) => listValues(value)) : [node];
}

/** Null where the value can't stand in a header. */
function formatNode(node: JsonNode | undefined): string | null {
  switch (node?.kind) {
    case 'string':
      return node.value;
    case 'number':
      return node.literal;
    case 'boolean':
      return String(node.value);
    default:
      return null;
  }
}

const INTEGER = /^-?[0-9]+$/;

/** Numbers are compared as numbers, `42.0` is `42`, but for integers: more digits than a double has tell them apart. */
function isSame(value: string, node: JsonNode): boolean {
  if (value === formatNode(node)) return true;
  if (node.kind !== 'number' || (INTEGER.test(value) && INTEGER.test(node.literal))) return false;
  return /^-?[0-9]+(?:\.[0-9]+)?$/.test(value) && Number(value) === Number(node.literal);
}
