import { createTextIndex, readJson } from '@agentpolicy/core';
import { CliError } from '../exit-status.ts';
import { blankComments } from './blank-comments.ts';
import { type ConfiguredServer, findServers } from './find-servers.ts';

/**
 * Reads a client's configuration: JSON, perhaps with comments.
 * @throws CliError where it is none.
 */
export function readClientConfig(text: string, file: string): readonly ConfiguredServer[] {
  const read = readJson(blankComments(text));
  if (!read.ok) {
    const { line, column } = createTextIndex(text).positionAt(read.error.offset);
    throw new CliError(
      `\`${file}\` is no configuration that can be read: line ${line}, column ${column}: ${read.error.message}`,
      'mend it first: nothing was changed',
    );
  }
  if (read.value.kind !== 'object') throw new CliError(`\`${file}\` holds no object: it is no configuration`);
  return findServers(read.value);
}
