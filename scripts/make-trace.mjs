// Writes a trace of any size: `node scripts/make-trace.mjs FILE SIZE`, SIZE as in 500k, 20m, 2g. The calls are those
// of a team that asks an HTTP server, each with its recorded answer; the same size gives the same bytes.
// `--policy FILE` writes the policy that allows all of them as well.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';

const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const TOOLS = 10;
const SESSION_CALLS = 1000;
const CHUNK_CHARACTERS = 1 << 20;
const START = Date.UTC(2026, 0, 5, 9);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { policy: { type: 'string' } },
});
const [file, size] = positionals;
const parsed = /^([0-9]+)([kmg]?)$/.exec(size ?? '');
if (file === undefined || parsed === null) {
  console.error('usage: node scripts/make-trace.mjs FILE SIZE [--policy FILE]   (SIZE: 500k, 20m, 2g)');
  process.exit(2);
}
const limit = Number(parsed[1]) * UNITS[parsed[2]];

function makeCall(number) {
  const tool = number % TOOLS;
  const session = `session-${Math.floor(number / SESSION_CALLS)}`;
  const id = number % SESSION_CALLS;
  const envelope = (seq, wait, direction) => {
    const ts = new Date(START + number * 100 + wait).toISOString();
    return `{"session_id":"${session}","server_label":"http","seq":${seq},"ts":"${ts}","direction":"${direction}","transport":"stdio","raw":`;
  };
  const url = `https://api.github.com/repos/team${tool}/service-core/pulls/${1000 + (number % 9000)}/files`;
  const query = `SELECT id, title, state FROM pull_requests WHERE author_id = ${48000000 + (number % 1000000)}`;
  const params = `{"name":"http_request_${tool}","arguments":{"url":"${url}","query":"${query}"}}`;
  const answer = `{"content":[{"type":"text","text":"${number} rows: id, title, state; the last one is open"}]}`;
  return (
    `${envelope(2 * id + 1, 0, 'c2s')}{"method":"tools/call","params":${params},"jsonrpc":"2.0","id":${id}}}\n` +
    `${envelope(2 * id + 2, 50, 's2c')}{"result":${answer},"jsonrpc":"2.0","id":${id}}}\n`
  );
}

function makePolicy() {
  const rules = Array.from(
    { length: TOOLS },
    (_, tool) => `    - tool: http_request_${tool}
      allow_args:
        url: ^https://api\\.github\\.com/repos/team${tool}/[a-zA-Z0-9/_.-]+$
        query: ^SELECT [a-z_, ]+ FROM [a-z_]+ WHERE [a-z_]+ = [0-9]+$
`,
  );
  return `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: http-team
spec:
  tool_rules:
${rules.join('')}`;
}

if (values.policy !== undefined) writeFileSync(values.policy, makePolicy());
const output = openSync(file, 'w');
let written = 0;
for (let number = 0; written < limit; ) {
  let chunk = '';
  while (chunk.length < CHUNK_CHARACTERS && written + chunk.length < limit) chunk += makeCall(number++);
  written += writeSync(output, chunk);
}
closeSync(output);
