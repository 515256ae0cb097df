import { getMember, type JsonObject, quoteJson, readJson } from '@agentpolicy/core';
import { type Imported, type ImportedLine, type ImportProblem, timeOf } from '../imported-line.ts';

const DECISIONS: ReadonlyMap<string, string> = new Map([
  ['ALLOW', 'allow'],
  ['ALLOW_MONITOR', 'allow'],
  ['BLOCK', 'block'],
  ['RATE_LIMITED', 'rate_limited'],
]);

/**
 * The proxy's audit log: each tool call whose arguments it holds whole, with what was decided as the
 * expectation. The log holds no answers; an empty one follows each call, so that its id counts as closed.
 */
export function importAuditLog(text: string, name: string): Imported {
  const lines: ImportedLine[] = [];
  const problems: ImportProblem[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const read = readJson(line);
    if (!read.ok || read.value.kind !== 'object') {
      problems.push({ line: index + 1, message: 'the line is no record' });
      return;
    }
    const record = read.value;
    const tool = readText(record, 'tool');
    if (tool === undefined || readText(record, 'direction') !== 'upstream') return;
    const args = getMember(record, 'args');
    const argsText = args === undefined ? '{}' : line.slice(args.start, args.end);
    if (args !== undefined && (args.kind !== 'object' || argsText.includes('[REDACTED:'))) {
      problems.push({
        line: index + 1,
        message: `the arguments of \`${tool}\` are not whole: a secret was taken out`,
      });
      return;
    }
    const base = {
      session: name,
      server: name,
      time: timeOf(readText(record, 'timestamp')),
      transport: 'stdio',
    } as const;
    const id = index + 1;
    const expect = describeDecision(record);
    lines.push({
      ...base,
      direction: 'c2s',
      text: `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":${quoteJson(tool)},"arguments":${argsText}}}`,
      ...(expect === undefined ? {} : { expect }),
    });
    // Refused calls were answered by the proxy itself.
    if (readText(record, 'decision')?.startsWith('ALLOW') === true)
      lines.push({
        ...base,
        direction: 's2c',
        text: `{"jsonrpc":"2.0","id":${id},"result":{}}`,
        synthetic: true,
      });
  });
  return { lines, problems };
}

function readText(record: JsonObject, key: string): string | undefined {
  const node = getMember(record, key);
  return node?.kind === 'string' ? node.value : undefined;
}

function describeDecision(record: JsonObject): string | undefined {
  const decision = DECISIONS.get(readText(record, 'decision') ?? '');
  const code = getMember(record, 'error_code');
  if (decision === undefined) return undefined;
  return code?.kind === 'number'
    ? `{"decision":"${decision}","error_code":${code.literal}}`
    : `{"decision":"${decision}"}`;
}
