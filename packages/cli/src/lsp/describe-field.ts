import type { PolicyField } from '@agentpolicy/spec';
import { showCode } from './markdown.ts';

/** What the catalogue knows about a field, in Markdown. */
export function describeField(field: PolicyField): string {
  const { path, type, description, required, since, values, default: fallback, examples } = field;
  const [example] = examples;
  const facts = [
    `${type}${required ? ', required' : ''}, since ${since}`,
    ...(values === undefined ? [] : [`One of ${values.map(showCode).join(', ')}.`]),
    ...(fallback === undefined ? [] : [`Without it: ${showCode(JSON.stringify(fallback))}.`]),
    ...(example === undefined || values !== undefined
      ? []
      : [`For example: ${showCode(typeof example === 'string' ? example : JSON.stringify(example))}.`]),
  ];
  const name = path.slice(1).replaceAll('/*', '[]').replaceAll('/', '.');
  return [`**${name.replaceAll('_', '\\_')}**`, description, ...facts].join('\n\n');
}
