// The proxy that does nothing, as anybody would write it: what two more pipes and a process cost.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const server = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(server.stdin);
server.stdout.pipe(process.stdout);
for (const stream of [process.stdin, process.stdout, server.stdin, server.stdout])
  stream.on('error', () => server.kill());
server.on('exit', (status) => process.exit(status ?? 1));
