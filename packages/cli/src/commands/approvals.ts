import { createInterface } from 'node:readline';
import {
  approvalSocketPath,
  describeQuestion,
  listenForApprovals,
  type PendingApproval,
  ProxyError,
} from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { readMachineFacts } from '../input/environment.ts';
import { canShowScreen } from '../screens/terminal/can-show-screen.ts';

/**
 * `aip approvals`: answers the questions of the proxies of this user. At a terminal it shows them on a screen
 * until somebody quits; elsewhere it prints them, and reads answers until its input ends.
 */
export async function runApprovals(
  context: CommandContext,
  flags: { readonly socket?: string; readonly plain?: true },
): Promise<ExitStatus> {
  const { home } = readMachineFacts(context);
  const path = flags.socket ?? approvalSocketPath(context.environment, home, process.platform);
  if (path === null)
    throw new CliError('there is no console on Windows', 'the proxy asks by a dialog: --ask desktop');
  try {
    if (flags.plain === true || !canShowScreen(context)) await answerByLines(context, path);
    else {
      // Ink takes a tenth of a second to load.
      const { answerOnScreen } = await import('../screens/approvals/answer-on-screen.ts');
      await answerOnScreen(context, path);
    }
    return EXIT.clean;
  } catch (failure) {
    if (failure instanceof ProxyError) throw new CliError(failure.message);
    throw failure;
  }
}

async function answerByLines(context: CommandContext, path: string): Promise<void> {
  const questions = new Questions(context);
  const server = await listenForApprovals(path, (pending) => questions.add(pending));
  context.print(`Waiting for questions at ${path}`, 'Answer with `a NUMBER` (approve) or `d NUMBER` (deny)');
  for await (const line of createInterface({ input: context.stdin })) questions.take(line);
  await server.close();
}

/**
 * The questions that are open. An answer names its question: one that is given while another question takes
 * the place of the one that was read approves nothing.
 */
class Questions {
  private readonly context: CommandContext;
  private readonly open = new Map<number, PendingApproval>();
  private last = 0;

  constructor(context: CommandContext) {
    this.context = context;
  }

  add(pending: PendingApproval): void {
    const number = ++this.last;
    this.open.set(number, pending);
    const { bold, dim } = this.context.style;
    const [first = '', ...rest] = describeQuestion({ ...pending, key: number });
    const seconds = Math.round(pending.timeLimit / 1000);
    this.context.print(
      '',
      `${bold(`[${number}]`)} ${first}`,
      ...rest.map((line) => `    ${line}`),
      dim(`    a ${number} approves, d ${number} denies; within ${seconds} s`),
    );
    pending.closed.addEventListener('abort', () => {
      // Who has answered it has taken it away before.
      if (this.open.delete(number))
        this.context.print(`[${number}] closed: nobody waits for an answer any more`);
    });
  }

  take(line: string): void {
    if (line.trim() === '') return;
    const [, letter, digits] = /^([ad]) {0,9}(\d{1,9})$/.exec(line.trim()) ?? [];
    const number = Number(digits);
    const pending = this.open.get(number);
    if (letter === undefined || pending === undefined) {
      const known = [...this.open.keys()].join(', ');
      this.context.print(known === '' ? 'Nothing is asked now' : `Write a or d and a number: ${known}`);
      return;
    }
    this.open.delete(number);
    pending.answer(letter === 'a');
    const { good, warning } = this.context.style;
    this.context.print(`[${number}] ${letter === 'a' ? good('approved') : warning('denied')}`);
  }
}
