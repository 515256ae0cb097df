import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { getMember, type JsonNode, type JsonObject, quoteJson, readJson } from '@agentpolicy/core';
import { describeCause, errorCode } from '../errors/describe-cause.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { PINNED_PARTS, type PinnedDefinition, type PinStore } from '../gateway/tools/pins.ts';

const KIND = 'AgentPolicyPins';
const FORMAT = 1;
const OWNER_ONLY = 0o600;
const MAX_BYTES = 16 * 1024 * 1024;

/** As many tools are pinned; the definition of one more is not remembered, and so counts as changed. */
const MAX_PINS = 10_000;

const NOT_PINNED: PinnedDefinition = {
  annotations: 'none',
  description: 'none',
  inputSchema: 'none',
  outputSchema: 'none',
  title: 'none',
};

/**
 * Opens a file of pinned definitions; one that does not exist is made when the first definition is seen.
 * @throws ProxyError `pin-file` where it can't be read, is a symbolic link, or holds something else.
 */
export function openPinFile(path: string): PinStore {
  return new PinFile(path, readPins(path));
}

class PinFile implements PinStore {
  private readonly path: string;
  private readonly pins: Map<string, PinnedDefinition>;
  private changed = false;

  constructor(path: string, pins: Map<string, PinnedDefinition>) {
    this.path = path;
    this.pins = pins;
  }

  get(name: string): PinnedDefinition | undefined {
    return this.pins.get(name) ?? (this.pins.size >= MAX_PINS ? NOT_PINNED : undefined);
  }

  add(name: string, definition: PinnedDefinition): void {
    this.pins.set(name, definition);
    this.changed = true;
  }

  /** Writes beside the file first: whoever reads it sees all of the old pins or all of the new. */
  save(): string | null {
    if (!this.changed) return null;
    const draft = `${this.path}.${process.pid}.tmp`;
    try {
      writeFileSync(draft, formatPins(this.pins), { mode: OWNER_ONLY, flag: 'wx' });
      renameSync(draft, this.path);
      this.changed = false;
      return null;
    } catch (cause) {
      rmSync(draft, { force: true });
      return `can't write the file of pins ${this.path}: ${describeCause(cause)}; what was pinned holds for this run`;
    }
  }
}

function formatPins(pins: ReadonlyMap<string, PinnedDefinition>): string {
  const tools = [...pins]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, definition]) => {
      const parts = PINNED_PARTS.map((part) => `${quoteJson(part)}:${JSON.stringify(definition[part])}`);
      return `\n    ${quoteJson(name)}: {${parts.join(',')}}`;
    });
  return `{\n  "kind": "${KIND}",\n  "format": ${FORMAT},\n  "tools": {${tools.join(',')}\n  }\n}\n`;
}

function readPins(path: string): Map<string, PinnedDefinition> {
  const text = readText(path);
  if (text === null) return new Map();
  const refuse = (problem: string): never => {
    throw new ProxyError(
      'pin-file',
      `the file of pins ${path} ${problem}; give the path of a file that the proxy made, or of none`,
    );
  };
  const read = readJson(text);
  if (!read.ok) return refuse(`is no JSON (${read.error.message} at character ${read.error.offset + 1})`);
  const root = read.value;
  const tools = root.kind === 'object' ? getMember(root, 'tools') : undefined;
  if (root.kind !== 'object' || tools?.kind !== 'object' || textOf(getMember(root, 'kind')) !== KIND)
    return refuse('holds something else');
  const format = getMember(root, 'format');
  if (format?.kind !== 'number' || format.literal !== String(FORMAT)) return refuse('has another format');
  return new Map(
    tools.members.map(({ key, value }) => {
      const definition = value.kind === 'object' ? readDefinition(value) : null;
      return [key, definition ?? refuse(`does not pin ${quoteJson(key)} as it should`)] as const;
    }),
  );
}

function readText(path: string): string | null {
  try {
    const stat = lstatSync(path);
    const problem = !stat.isFile() ? 'is not a regular file' : stat.size > MAX_BYTES ? 'is too large' : null;
    if (problem !== null) throw new ProxyError('pin-file', `the file of pins ${path} ${problem}`);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ProxyError) throw cause;
    if (errorCode(cause) === 'ENOENT') return null;
    throw new ProxyError('pin-file', `can't read the file of pins ${path}: ${describeCause(cause)}`);
  }
}

function readDefinition(node: JsonObject): PinnedDefinition | null {
  if (node.members.length !== PINNED_PARTS.length) return null;
  const part = (name: (typeof PINNED_PARTS)[number]): string | null | undefined => {
    const value = getMember(node, name);
    return value?.kind === 'null' ? null : textOf(value);
  };
  const annotations = part('annotations');
  const description = part('description');
  const inputSchema = part('inputSchema');
  const outputSchema = part('outputSchema');
  const title = part('title');
  if (annotations === undefined || description === undefined || inputSchema === undefined) return null;
  if (outputSchema === undefined || title === undefined) return null;
  return { annotations, description, inputSchema, outputSchema, title };
}

function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? node.value : undefined;
}
