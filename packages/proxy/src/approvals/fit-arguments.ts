import { type JsonNode, type JsonObject, quoteJson, readJson } from '@agentpolicy/core';

/** Stands for arguments that don't fit. Nobody is asked about such a call; who is after all is told enough. */
export const TOO_MANY_ARGUMENTS = 'too many to be shown: deny the call';

/** As many characters of one text are shown; the most that fits is chosen. */
const LENGTHS = [65_536, 8192, 1024, 400, 200, 100, 50, 20];

/** What is said of a text that is cut is no longer than this. */
const MARK = 40;

/**
 * The arguments of a call, JSON text, within so many characters. Long values are cut and end with how much of them
 * is not shown; no argument is left out: null where all of them can't be shown. Keys inside of a value are left out
 * only where the value does not fit otherwise.
 */
export function fitArguments(argsText: string, max: number): string | null {
  if (argsText.length <= max) return argsText;
  const read = readJson(argsText);
  if (!read.ok || read.value.kind !== 'object') return null;
  const { value } = read;
  return (
    tryLengths(max, (budget) => write(value, budget)) ??
    tryLengths(max, (budget) => writeMembers(value, budget, (node) => cutValue(node, argsText, budget)))
  );
}

/** How long what is written may still get, and how long any text in it. */
interface Budget {
  left: number;
  readonly longest: number;
}

function tryLengths(max: number, attempt: (budget: Budget) => string): string | null {
  for (const longest of LENGTHS) {
    const budget = { left: max, longest };
    const text = attempt(budget);
    if (budget.left >= 0) return text;
  }
  return null;
}

function write(node: JsonNode, budget: Budget): string {
  switch (node.kind) {
    case 'string':
      return spend(quoteJson(cut(node.value, budget.longest)), budget);
    case 'number':
      return spend(node.literal, budget);
    case 'boolean':
      return spend(String(node.value), budget);
    case 'null':
      return spend('null', budget);
    case 'array':
      return writeItems(node.items, budget);
    case 'object':
      return writeMembers(node, budget, (value) => write(value, budget));
  }
}

/** Stops where nothing more fits: what is written then is of no use. */
function writeItems(items: readonly JsonNode[], budget: Budget): string {
  const texts: string[] = [];
  spend('[]', budget);
  for (const item of items) {
    if (budget.left < 0) break;
    if (texts.length > 0) spend(',', budget);
    texts.push(write(item, budget));
  }
  return `[${texts.join(',')}]`;
}

function writeMembers(
  { members }: JsonObject,
  budget: Budget,
  writeValue: (value: JsonNode) => string,
): string {
  const texts: string[] = [];
  spend('{}', budget);
  for (const { key, value } of members) {
    if (budget.left < 0) break;
    if (texts.length > 0) spend(',', budget);
    texts.push(`${spend(`${quoteJson(key)}:`, budget)}${writeValue(value)}`);
  }
  return `{${texts.join(',')}}`;
}

/** A value as it was written; a long one becomes a text. */
function cutValue(node: JsonNode, argsText: string, budget: Budget): string {
  if (node.kind === 'string') return write(node, budget);
  const source = argsText.slice(node.start, node.end);
  const shown = cut(source, budget.longest);
  return spend(shown === source ? source : quoteJson(shown), budget);
}

function cut(text: string, longest: number): string {
  if (text.length <= longest + MARK) return text;
  return `${text.slice(0, longest)}…(${text.length - longest} characters not shown)`;
}

function spend(text: string, budget: Budget): string {
  budget.left -= text.length;
  return text;
}
