// The notices that the licences of bundled packages ask for: name, version and licence text of each.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The text for a bundle, from esbuild's metafile; `from` is the folder that its paths are relative to. */
export function formatThirdPartyNotices(metafile, from) {
  const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = new Set(bundled.flatMap((file) => findPackageFolder(resolve(from, file)) ?? []));
  const notices = [...folders].map(readNotice).sort((a, b) => (a.name < b.name ? -1 : 1));
  return notices
    .map(({ name, license, text }) => `${name} (${license})\n\n${text.trim()}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the package that a file belongs to; undefined for a file of ours. */
function findPackageFolder(file) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0];
}

function readNotice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder)
    .sort()
    .find((each) => /^(?:licen[cs]e|copying)/i.test(each));
  // A package without the text still says which licence it has.
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
  return { name: `${name} ${version}`, license, text };
}
