import { getMember, type JsonNode, type JsonObject, normalizeName } from '@agentpolicy/core';
import { readToolPage } from '@agentpolicy/message';
import { decodeValue, encodeValue } from './header-value.ts';
import { ListedNames } from './listed-names.ts';

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

/** Paths by the header's name. */
type Paths = ReadonlyMap<string, Path>;

const NONE: Paths = new Map();

/**
 * Which arguments of which tools stand in headers, as the server's lists say it with `x-mcp-header`. A tool is found
 * however a call spells it. Of one that was not seen in a list, nothing is known: then a header must repeat one of the
 * arguments, and does not go on, since the server may take it for another one: a server that needs it says so, and
 * clients then ask for the list.
 */
export class ParamHeaders {
  /** By the tool's name as it is listed. */
  private readonly tools = new Map<string, Paths>();
  readonly names = new ListedNames();

  /** Takes a result of `tools/list`, and the cursor that it was asked for by. */
  learn(result: JsonNode, cursor: string | null): void {
    const page = readToolPage(result);
    if (page === undefined) return;
    for (const { name, normalizedName, node } of page.tools) {
      const found = new Map<string, Path>();
      const schema = getMember(node, 'inputSchema');
      if (schema !== undefined) collectPaths(schema, [], found);
      this.forget(name, normalizedName);
      this.tools.set(name, found);
      this.names.add(name, normalizedName);
      const [oldest] = this.tools.keys();
      if (this.tools.size > MOST_TOOLS && oldest !== undefined) this.forget(oldest, normalizeName(oldest));
    }
    const next = result.kind === 'object' ? getMember(result, 'nextCursor') : undefined;
    if (!page.hasMore) this.names.takePage({ cursor, next: null });
    else if (next?.kind === 'string') this.names.takePage({ cursor, next: next.value });
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
    const written = [...headers.keys()].filter((header) => header.startsWith(PREFIX));
    const paths = (call === null ? null : this.findPaths(call.tool)) ?? NONE;
    for (const header of written) headers.delete(header);
    for (const [header, path] of paths) {
      if (call === null || (!fill && !written.includes(header))) continue;
      const text = formatNode(findAt(call.args, path));
      if (text !== null) headers.set(header, encodeValue(text));
    }
  }

  /** The arguments that the header may repeat. */
  private findValues(header: string, { tool, args }: NamedCall): readonly JsonNode[] {
    const paths = this.findPaths(tool);
    if (paths === null) return listValues(args);
    const path = paths.get(header);
    const node = path === undefined ? undefined : findAt(args, path);
    return node === undefined ? [] : [node];
  }

  /** What stands in headers of a call; null where nothing is known of the tool. */
  private findPaths(tool: string): Paths | null {
    const [only, second] = this.names.find(tool);
    if (only === undefined) return null;
    // Which of several is meant can't be told: no header fits all of them.
    return second === undefined ? (this.tools.get(only) ?? null) : NONE;
  }

  private forget(name: string, normalizedName: string): void {
    this.tools.delete(name);
    this.names.remove(name, normalizedName);
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
