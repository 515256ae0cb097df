import type { Diagnostic, TextIndex } from '@agentpolicy/core';
import { findNearestName } from '@agentpolicy/spec';
import { isMap, isScalar, isSeq, type Node } from 'yaml';

/** A member of a mapping: where its key stands, and its value. */
export interface ConfigMember {
  readonly key: Node;
  readonly value: Node | null;
}

/** Reads parts of a configuration; what is wrong with them is collected with its place, and read as absent. */
export interface ConfigReader {
  report(place: Node | null, message: string, help?: string): undefined;
  /** As `report`, for what is no node: a stretch of the text. */
  reportAt(start: number, end: number, message: string, help?: string): undefined;
  /** The members by name; `known` names those that may stand there, undefined where any may. */
  mapping(node: Node | null, what: string, known?: readonly string[]): ReadonlyMap<string, ConfigMember>;
  text(member: ConfigMember | undefined, what: string): string | undefined;
  texts(member: ConfigMember | undefined, what: string): readonly string[] | undefined;
  choice<T extends string>(
    member: ConfigMember | undefined,
    what: string,
    choices: readonly T[],
  ): T | undefined;
  count(member: ConfigMember | undefined, what: string): number | undefined;
  items(member: ConfigMember | undefined, what: string): readonly Node[];
  list(): readonly Diagnostic[];
}

export function createConfigReader(file: string, index: TextIndex): ConfigReader {
  const found: Diagnostic[] = [];
  const reader: ConfigReader = {
    report(place, message, help) {
      const [start, end] = place?.range ?? [0, 0];
      return reader.reportAt(start, end, message, help);
    },
    reportAt(start, end, message, help) {
      found.push({
        code: 'configuration',
        severity: 'error',
        message,
        location: { file, pointer: '', range: index.rangeAt(start, end) },
        related: [],
        ...(help === undefined ? {} : { help }),
        fixes: [],
      });
      return undefined;
    },
    mapping: (node, what, known) => readMapping(reader, node, what, known),
    text(member, what) {
      if (member === undefined) return undefined;
      const value = isScalar(member.value) ? member.value.value : undefined;
      if (typeof value === 'string' && value !== '') return value;
      return reader.report(member.value ?? member.key, `\`${what}\` must be text`);
    },
    texts(member, what) {
      if (member === undefined) return undefined;
      const items = reader.items(member, what);
      const texts = items.flatMap((item) =>
        isScalar(item) && typeof item.value === 'string' && item.value !== '' ? [item.value] : [],
      );
      if (texts.length === items.length) return texts;
      return reader.report(member.value ?? member.key, `\`${what}\` must be a list of texts`);
    },
    choice(member, what, choices) {
      if (member === undefined) return undefined;
      const value = isScalar(member.value) ? member.value.value : undefined;
      const choice = choices.find((each) => each === value);
      if (choice !== undefined) return choice;
      return reader.report(member.value ?? member.key, `\`${what}\` must be ${joinChoices(choices)}`);
    },
    count(member, what) {
      if (member === undefined) return undefined;
      const value = isScalar(member.value) ? member.value.value : undefined;
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
      return reader.report(member.value ?? member.key, `\`${what}\` must be a whole number of at least 0`);
    },
    items(member, what) {
      if (member === undefined) return [];
      if (isSeq<Node>(member.value)) return member.value.items;
      reader.report(member.value ?? member.key, `\`${what}\` must be a list`);
      return [];
    },
    list: () => found,
  };
  return reader;
}

function readMapping(
  reader: ConfigReader,
  node: Node | null,
  what: string,
  known: readonly string[] | undefined,
): ReadonlyMap<string, ConfigMember> {
  const members = new Map<string, ConfigMember>();
  if (!isMap<Node, Node | null>(node)) {
    reader.report(node, `${what} must be a mapping`);
    return members;
  }
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name !== 'string') {
      reader.report(key, `a name in ${what} must be text`);
    } else if (members.has(name)) {
      reader.report(key, `\`${name}\` stands twice in ${what}`, 'keep one of the two');
    } else if (known !== undefined && !known.includes(name)) {
      const nearest = findNearestName(name, known);
      const help =
        nearest === undefined ? `there are ${known.map(quote).join(', ')}` : `did you mean \`${nearest}\`?`;
      reader.report(key, `there is no setting \`${name}\` in ${what}`, help);
    } else {
      members.set(name, { key, value });
    }
  }
  return members;
}

function quote(text: string): string {
  return `\`${text}\``;
}

function joinChoices(choices: readonly string[]): string {
  return `${choices.slice(0, -1).map(quote).join(', ')} or ${quote(choices.at(-1) ?? '')}`;
}
