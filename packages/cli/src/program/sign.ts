import { addExamples, formatOption, type ProgramParts, repeatedOption } from './parts.ts';

const SUBJECTS = 'policies (YAML or JSON) or compiled tables (*.aip.json); - reads standard input';

/** `aip hash`, `aip keygen`, `aip sign` and `aip verify`: who stands behind a policy. */
export function addSigningCommands({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('hash')
      .description('print the hash that names a policy; comments, key order and quoting do not change it')
      .argument('<files...>', SUBJECTS)
      .addOption(formatOption(['pretty', 'json']))
      .action(async (files: string[], options: { format: string }) => {
        const { runHash } = await import('../commands/hash.ts');
        setStatus(await runHash(context(), files, options));
      }),
    [['aip hash agent.yaml agent.aip.json', 'a policy and its table have one hash']],
  );
  addExamples(
    program
      .command('keygen')
      .description('make a pair of Ed25519 keys, for policies and for checkpoints of the audit log')
      .argument('<name>', 'writes NAME.key.pem (private, mode 0600) and NAME.pub.pem')
      .action(async (name: string) => {
        const { runKeygen } = await import('../commands/keygen.ts');
        setStatus(runKeygen(context(), name));
      }),
    [['aip keygen policy-owner', 'policy-owner.key.pem and policy-owner.pub.pem']],
  );
  addExamples(
    program
      .command('sign')
      .description('sign a policy in place, or a table in a file beside it (TABLE.sig)')
      .argument('<file>', 'a policy (YAML or JSON) or a compiled table (*.aip.json); - reads standard input')
      .requiredOption('--key <file>', 'the private key (PEM, PKCS #8)')
      .option('-o, --output <file>', 'write here instead; - is standard output')
      .action(async (file: string, options: { key: string; output?: string }) => {
        const { runSign } = await import('../commands/sign.ts');
        setStatus(await runSign(context(), file, options));
      }),
    [
      ['aip sign agent.yaml --key policy-owner.key.pem', 'sets metadata.signature and nothing else'],
      ['aip sign agent.aip.json --key policy-owner.key.pem', 'writes agent.aip.json.sig'],
    ],
  );
  addExamples(
    program
      .command('verify')
      .description('check that policies and tables are signed by one of the given keys')
      .argument('<files...>', SUBJECTS)
      .addOption(
        repeatedOption('--public-key <file>', 'a key to trust (PEM); may be repeated').makeOptionMandatory(),
      )
      .addOption(formatOption(['pretty', 'json']))
      .action(async (files: string[], options: { publicKey: string[]; format: string }) => {
        const { runVerify } = await import('../commands/verify.ts');
        setStatus(await runVerify(context(), files, options));
      }),
    [['aip verify agent.yaml --public-key policy-owner.pub.pem', 'exit 0 if it is signed, 1 if not']],
  );
}
