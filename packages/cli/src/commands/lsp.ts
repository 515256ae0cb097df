import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { serve } from '../lsp/serve.ts';

/**
 * `aip lsp`: a language server over standard input and output. The protocol says how it ends: 0 after `shutdown` and
 * `exit`, 1 where the editor goes away without them.
 */
export function runLsp(context: CommandContext): Promise<ExitStatus> {
  const connection = createConnection(ProposedFeatures.all, context.stdin, context.stdout);
  return new Promise((resolve) => {
    connection.onExit(() => resolve(EXIT.clean));
    serve(connection, context);
  });
}
