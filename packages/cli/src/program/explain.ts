import { addExamples, formatOption, type ProgramParts } from './parts.ts';

const POLICY_ARGUMENT = 'a policy (YAML or JSON) or a compiled table (*.aip.json); - reads standard input';

/** Declares `aip explain`. */
export function addExplainCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('explain')
      .description('show which entry of a policy decides a call, and why')
      .argument('<policy>', POLICY_ARGUMENT)
      .option('--tool <name>', 'the tool that is called')
      .option('--args <json>', 'the arguments of the call', '{}')
      .option('--method <name>', 'ask about a JSON-RPC method instead of a tool call')
      .addOption(formatOption(['pretty', 'json']))
      .action(
        async (policy: string, options: { tool?: string; args: string; method?: string; format: string }) => {
          const { runExplain } = await import('../commands/explain.ts');
          setStatus(await runExplain(context(), policy, options));
        },
      ),
    [
      [
        `aip explain agent.yaml --tool fetch_url --args '{"url":"https://evil.example"}'`,
        'allowed or not, and where',
      ],
      ['aip explain agent.yaml --method resources/read', 'is the method allowed?'],
    ],
  );
}
