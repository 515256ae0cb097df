// Answers every request with the text of a file, for measuring what scans it.
import { readFileSync } from 'node:fs';

const text = JSON.stringify(readFileSync(process.argv[2], 'utf8'));
let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const id = /"id":(\d+)/.exec(line)?.[1];
    if (id === undefined) continue;
    const answer = `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":${text}}]}}\n`;
    if (process.stdout.write(answer)) continue;
    process.stdin.pause();
    process.stdout.once('drain', () => process.stdin.resume());
  }
});
