import { addExamples, formatOption, type ProgramParts } from './parts.ts';

interface VerifyFlags {
  readonly expectHead?: string;
  readonly expectStart?: string;
  readonly key?: string;
  readonly checkpoints?: string;
  readonly format: string;
}

interface ShowFlags {
  readonly tool?: string;
  readonly decision?: string;
  readonly since?: string;
  readonly until?: string;
  readonly format: string;
}

/** Declares `aip audit`. */
export function addAuditCommand(parts: ProgramParts): void {
  const audit = parts.program.command('audit').description('verify, read and merge audit logs of the proxy');
  const nested = { ...parts, program: audit };
  addVerify(nested);
  addShow(nested);
  addMerge(nested);
}

function addVerify({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('verify')
      .description(
        'find changed, dropped or reordered records; rotated files are verified with their successor',
      )
      .argument('<file>', 'an audit log')
      .option('--expect-head <hash>', 'this record must be in the log: finds a cut end and a rebuilt chain')
      .option('--expect-start <hash>', 'the first record follows this one, which is not at hand any more')
      .option('--key <file>', 'the public key that checkpoints must be signed with (Ed25519, PEM)')
      .option('--checkpoints <file>', 'the copies of checkpoints that the proxy wrote (needs --key)')
      .addOption(formatOption(['pretty', 'json']))
      .action(async (file: string, flags: VerifyFlags) => {
        const { runAuditVerify } = await import('../commands/audit-verify.ts');
        setStatus(runAuditVerify(context(), file, flags));
      }),
    [
      ['aip audit verify audit.jsonl', 'is every record as it was written?'],
      [
        'aip audit verify audit.jsonl --key audit.pub --checkpoints /mnt/other/checkpoints.jsonl',
        'all of it?',
      ],
    ],
  );
}

function addShow({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('show')
      .alias('query')
      .description('print the records of an audit log')
      .argument('<file>', 'an audit log')
      .option('--tool <name>', 'only calls of this tool')
      .option(
        '--decision <names>',
        'only these, separated by commas: ALLOW, BLOCK, ALLOW_MONITOR, RATE_LIMITED…',
      )
      .option('--since <time>', 'only from this time on, for example 2026-01-20 or 2026-01-20T10:30:00Z')
      .option('--until <time>', 'only before this time')
      .addOption(formatOption(['pretty', 'json']))
      .action(async (file: string, flags: ShowFlags) => {
        const { runAuditShow } = await import('../commands/audit-show.ts');
        setStatus(runAuditShow(context(), file, flags));
      }),
    [
      ['aip audit show audit.jsonl --decision BLOCK', 'what was refused'],
      ['aip audit query audit.jsonl --tool write_file --format json', 'the records themselves'],
    ],
  );
}

function addMerge({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('merge')
      .description('print the records of several audit logs as one, by time')
      .argument('<files...>', 'audit logs')
      .action(async (files: string[]) => {
        const { runAuditMerge } = await import('../commands/audit-merge.ts');
        setStatus(runAuditMerge(context(), files));
      }),
    [['aip audit merge files.jsonl github.jsonl', 'each record with the log that it is from']],
  );
}
