import type { CommandContext } from '../../context.ts';

/**
 * Whether somebody sits at a terminal that screens can be drawn on: on both sides, none that knows no cursor,
 * and no log of a CI machine.
 */
export function canShowScreen({ stdin, stdout, environment }: CommandContext): boolean {
  return isScreen({ input: stdin.isTTY, output: stdout.isTTY, environment });
}

/** As `canShowScreen`; input and output tell whether each is a terminal. */
export function isScreen({
  input,
  output,
  environment,
}: {
  readonly input: boolean;
  readonly output: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): boolean {
  // Pipes have no such property at all.
  if (input !== true || output !== true) return false;
  return environment.TERM !== 'dumb' && !isSet(environment.CI) && !isSet(environment.CONTINUOUS_INTEGRATION);
}

/** As Ink reads these variables: it draws nothing where they are set. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '0' && value !== 'false';
}
