import { type Command, Option } from 'commander';

/** The options of `aip proxy` that say how its audit log is kept. */
export interface AuditFlags {
  readonly auditFsync: string;
  readonly auditFailure: string;
  readonly auditMaxSize?: string;
  readonly auditKey?: string;
  readonly auditCheckpoints?: string;
}

/** Adds them to a command. */
export function addAuditOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--audit-fsync <when>',
        'force audit records to the disk: never, within a second, or each time',
      )
        .choices(['never', 'interval', 'always'])
        .default('interval'),
    )
    .addOption(
      new Option(
        '--audit-failure <how>',
        'while records cannot be written: refuse calls, or let them pass unaudited',
      )
        .choices(['closed', 'open'])
        .default('closed'),
    )
    .option('--audit-max-size <size>', 'begin a new audit file at this size, for example 100M')
    .option('--audit-key <file>', 'sign checkpoints of the audit log with this private key (Ed25519, PEM)')
    .option('--audit-checkpoints <file>', 'copy the checkpoints to this file');
}
