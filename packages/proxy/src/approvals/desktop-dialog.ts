import { spawn } from 'node:child_process';
import type { ApprovalAnswer, ApprovalRequest, Approver } from './approver.ts';
import { describeQuestion } from './question-text.ts';

const TITLE = 'Approve a tool call?';
const TEXT_VARIABLE = 'AIP_APPROVAL_TEXT';

/** A program that shows one question. */
export interface DialogCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What its end means. Whatever is no clear approval approves nothing. */
  readonly read: (status: number | null, output: string) => ApprovalAnswer;
}

export interface DesktopDialogOptions {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Asks by a dialog of the desktop, one at a time: zenity, osascript or PowerShell. */
export function createDesktopDialog(options: DesktopDialogOptions): Approver {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(request, signal) {
      const command = makeDialogCommand(request, options);
      if (command === null) return Promise.resolve('unavailable');
      const answer = last.then(() => (signal.aborted ? 'denied' : run(command, signal)));
      last = answer;
      return answer;
    },
  };
}

/** The command that shows a question; null where there is no desktop. */
export function makeDialogCommand(
  request: ApprovalRequest,
  { platform, env }: DesktopDialogOptions,
): DialogCommand | null {
  const text = describeQuestion(request).join('\n');
  switch (platform) {
    case 'darwin':
      return makeAppleDialog(text, env);
    case 'win32':
      return makeWindowsDialog(text, env);
    default:
      return (env.DISPLAY ?? '') === '' && (env.WAYLAND_DISPLAY ?? '') === '' ? null : makeZenity(text, env);
  }
}

function makeZenity(text: string, env: DialogCommand['env']): DialogCommand {
  return {
    program: 'zenity',
    args: [
      '--question',
      '--default-cancel',
      '--no-markup',
      '--width=500',
      `--title=${TITLE}`,
      '--ok-label=Approve',
      '--cancel-label=Deny',
      // It reads backslash escapes: an escaped line feed would become one.
      `--text=${text.replaceAll('\\', '\\\\')}`,
    ],
    env,
    read: (status) => {
      if (status === 0) return 'approved';
      return status === 1 ? 'denied' : 'unavailable';
    },
  };
}

function makeAppleDialog(text: string, env: DialogCommand['env']): DialogCommand {
  const lines = [
    'on run argv',
    `display dialog (item 1 of argv) with title "${TITLE}" buttons {"Deny", "Approve"} default button "Deny" with icon caution`,
    'return button returned of result',
    'end run',
  ];
  return {
    program: 'osascript',
    args: [...lines.flatMap((line) => ['-e', line]), '--', text],
    env,
    read: (status, output) => readWord(status, output, 'Approve', 'Deny'),
  };
}

/** The text goes through the environment: nothing in it can be read as a command. */
function makeWindowsDialog(text: string, env: DialogCommand['env']): DialogCommand {
  const script = [
    'Add-Type -AssemblyName System.Windows.Forms',
    // Yes and No (4), a warning (48), No by default (256), before other windows (0x40000).
    `[System.Windows.Forms.MessageBox]::Show($env:${TEXT_VARIABLE}, '${TITLE}', 4, 48, 256, 0x40000)`,
  ].join('; ');
  const encoded = Buffer.from(script, 'utf16le').toString('base64');
  return {
    program: 'powershell.exe',
    args: ['-NoProfile', '-NonInteractive', '-EncodedCommand', encoded],
    env: { ...env, [TEXT_VARIABLE]: text },
    read: (status, output) => readWord(status, output, 'Yes', 'No'),
  };
}

function readWord(status: number | null, output: string, yes: string, no: string): ApprovalAnswer {
  if (status !== 0) return 'unavailable';
  switch (output.trim()) {
    case yes:
      return 'approved';
    case no:
      return 'denied';
    default:
      return 'unavailable';
  }
}

function run(command: DialogCommand, signal: AbortSignal): Promise<ApprovalAnswer> {
  return new Promise((resolve) => {
    const child = spawn(command.program, command.args, {
      env: { ...command.env },
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    let output = '';
    const close = (): void => {
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', close, { once: true });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (output.length < 1000) output += chunk;
    });
    child.once('error', () => resolve('unavailable'));
    child.once('close', (status) => {
      signal.removeEventListener('abort', close);
      resolve(signal.aborted ? 'denied' : command.read(status, output));
    });
  });
}
