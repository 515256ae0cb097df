import {
  type Imported,
  type ImportedLine,
  type ImportProblem,
  isJson,
  memberOf,
  parseJson,
} from '../imported-line.ts';

/** Bare JSON-RPC messages, one a line: what has a method is taken for the client's, what has none for the server's. */
export function importJsonRpc(text: string, name: string): Imported {
  const lines: ImportedLine[] = [];
  const problems: ImportProblem[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    if (!isJson(line)) {
      problems.push({ line: index + 1, message: 'the line is no JSON' });
      return;
    }
    lines.push({
      session: name,
      server: name,
      time: null,
      direction: isAnswer(parseJson(line)) ? 's2c' : 'c2s',
      transport: 'stdio',
      text: line,
    });
  });
  return { lines, problems };
}

function isAnswer(value: unknown): boolean {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return memberOf(first, 'method') === undefined;
}
