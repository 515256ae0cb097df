import type { JsonNode } from '@agentpolicy/core';
import type { Place } from '../problem.ts';
import type { YamlValue } from './read-yaml.ts';

/** A JSON value as the YAML value that it is; all of it stands at one place. */
export function toYamlValue(node: JsonNode, place: Place): YamlValue {
  switch (node.kind) {
    case 'string':
    case 'boolean':
      return { kind: 'scalar', place, value: node.value };
    case 'number':
      return { kind: 'scalar', place, value: Number(node.literal), literal: node.literal };
    case 'null':
      return { kind: 'scalar', place, value: null };
    case 'array':
      return { kind: 'list', place, items: node.items.map((item) => toYamlValue(item, place)) };
    case 'object': {
      const entries = node.members.map(({ key, value }) => ({
        key,
        place,
        value: toYamlValue(value, place),
      }));
      return { kind: 'map', place, entries };
    }
  }
}
