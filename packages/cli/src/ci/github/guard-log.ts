import type { CommandContext } from '../../context.ts';

/**
 * A context whose output GitHub's runner takes for nothing but the commands that this program writes. The runner reads
 * both streams: it obeys a line that begins with two colons, and, in an older form, `##[` anywhere.
 */
export function guardLog(context: CommandContext): CommandContext {
  if (context.environment.GITHUB_ACTIONS !== 'true') return context;
  const breakOld = (text: string): string => text.replaceAll('##[', '## [');
  const breakAll = (text: string): string => breakOld(text).replace(/^(\s*):(?=:)/gm, '$1: ');
  return {
    ...context,
    write: (text) => context.write(breakOld(text)),
    print: (...lines) => context.print(...lines.map(breakOld)),
    // What is told on standard error quotes policies, and is never a command.
    warn: (...lines) => context.warn(...lines.map(breakAll)),
  };
}
