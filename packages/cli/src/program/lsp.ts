import { addExamples, type ProgramParts } from './parts.ts';

/** Declares `aip lsp`. */
export function addLspCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('lsp')
      .description('serve an editor: findings, quick fixes, hover texts and completion for policies')
      .option('--stdio', 'speak over standard input and output, which is the only way')
      .option('--clientProcessId <id>', 'end when this process ends')
      .action(async () => {
        const { runLsp } = await import('../commands/lsp.ts');
        setStatus(await runLsp(context()));
      }),
    [['aip lsp', 'started by an editor, see docs/editors.md']],
  );
}
