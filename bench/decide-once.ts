// What the start-up benchmark runs: loads the table that it is given and decides on one call.

import { readFileSync } from 'node:fs';
import { loadTable, toJsonObject } from '@agentpolicy/core';
import { createEngine } from '@agentpolicy/engine';

const [, , file = ''] = process.argv;
const engine = createEngine(loadTable(readFileSync(file, 'utf8')), {
  clock: () => 0,
  home: '/home/agent',
  cwd: '/workspace',
  foldCase: false,
  ownFiles: [],
});
const args = toJsonObject({
  url: 'https://api.github.com/repos/team1/service-core',
  query: 'SELECT id FROM pull_requests WHERE author_id = 48151623',
});
const { decision } = engine.decideToolCall({ name: 'http_request_1', args });
if (decision !== 'ALLOW') throw new Error(`an allowed call is ${decision}`);
