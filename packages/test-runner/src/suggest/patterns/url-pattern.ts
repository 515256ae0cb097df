import { describeClass, escapeLiteral } from './escape.ts';
import type { Core } from './path-pattern.ts';

const MAX_HOSTS = 5;
const REST = 'azAZ09_.-/';

/** A host as it stands in an address, with its scheme; nothing that could end it early. */
const ORIGIN = /^([a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?)(\/.*)$/;

/** The hosts of addresses, and the folder that they share where it is one host. Undefined where a value is none. */
export function describeUrls(values: readonly string[]): Core | undefined {
  if (values.length < 2) return undefined;
  const parts = values.map((value) => ORIGIN.exec(value));
  const origins = new Set<string>();
  const rests: string[] = [];
  for (const part of parts) {
    if (part === null || part[1] === undefined || part[2] === undefined) return undefined;
    if (/\/\.\.?(?:[/?#]|$)/.test(part[2])) return undefined;
    origins.add(part[1]);
    rests.push(part[2]);
  }
  if (origins.size > MAX_HOSTS) return undefined;
  const list = [...origins].sort();
  const folder = origins.size === 1 ? commonFolder(rests) : '/';
  const rest = describeClass(
    rests.map((text) => text.slice(folder.length)),
    REST,
  );
  if (rest === undefined) return undefined;
  const hosts = list.length === 1 ? escapeLiteral(list[0] ?? '') : `(?:${list.map(escapeLiteral).join('|')})`;
  return {
    pattern: `${hosts}${escapeLiteral(folder)}${rest}*`,
    note: `at ${list.join(', ')}${origins.size === 1 ? folder : ''}`,
  };
}

function commonFolder(paths: readonly string[]): string {
  let [common = '/'] = paths;
  for (const path of paths) {
    while (!path.startsWith(common))
      common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1) || '/';
  }
  const plain = common.split(/[?#]/)[0] ?? '/';
  return plain.slice(0, plain.lastIndexOf('/') + 1);
}
