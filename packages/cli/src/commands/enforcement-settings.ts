import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import {
  type Approver,
  approvalSocketPath,
  createConsoleClient,
  createDesktopDialog,
  firstAvailable,
  type ProxyOptions,
} from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { readMachineFacts } from '../input/environment.ts';
import type { EnforcementFlags } from '../program/proxy-options.ts';

const MILLISECONDS = 1000;

type EnforcementSettings = Pick<
  ProxyOptions,
  | 'filterTools'
  | 'denyAs'
  | 'dryRun'
  | 'rawServerStderr'
  | 'logFormat'
  | 'requestTimeout'
  | 'pinPath'
  | 'approver'
  | 'askClient'
  | 'approvalTime'
  | 'promptsPerMinute'
>;

/** What the flags of `aip proxy` say about what is enforced. */
export function readEnforcementSettings(
  context: CommandContext,
  flags: EnforcementFlags,
): EnforcementSettings {
  const { requestTimeout, pin, askTimeout, askLimit } = flags;
  const approver = chooseApprover(context, flags.ask);
  return {
    filterTools: flags.filterTools,
    denyAs: flags.denyAs === 'result' ? 'result' : 'error',
    dryRun: flags.dryRun,
    rawServerStderr: flags.rawServerStderr,
    logFormat: flags.logFormat === 'json' ? 'json' : 'text',
    ...(requestTimeout === undefined
      ? {}
      : { requestTimeout: readNumber('--request-timeout', requestTimeout) * MILLISECONDS }),
    ...(pin === undefined ? {} : { pinPath: resolve(context.cwd, pin) }),
    ...(approver === null ? {} : { approver }),
    ...(flags.ask === 'client' ? { askClient: { randomBytes } } : {}),
    ...(askTimeout === undefined
      ? {}
      : { approvalTime: readNumber('--ask-timeout', askTimeout) * MILLISECONDS }),
    ...(askLimit === undefined ? {} : { promptsPerMinute: readNumber('--ask-limit', askLimit) }),
  };
}

function chooseApprover(context: CommandContext, ask: string): Approver | null {
  const { environment } = context;
  const path = approvalSocketPath(environment, readMachineFacts(context).home, process.platform);
  const byConsole = path === null ? [] : [createConsoleClient(path)];
  const byDesktop = [createDesktopDialog({ platform: process.platform, env: environment })];
  switch (ask) {
    case 'never':
    case 'client':
      return null;
    case 'console':
      if (path === null)
        throw new CliError('--ask console: there is no console on Windows', 'give --ask desktop');
      return firstAvailable(byConsole);
    case 'desktop':
      return firstAvailable(byDesktop);
    default:
      return firstAvailable([...byConsole, ...byDesktop]);
  }
}

/** Timers take no more than 2^31 - 1 milliseconds. */
const MAX_NUMBER = 2_000_000;

function readNumber(option: string, text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MAX_NUMBER)
    throw new CliError(`${option}: \`${text}\` is no whole number from 1 to ${MAX_NUMBER}`);
  return value;
}
