import pc from 'picocolors';
import { CliError } from '../exit-status.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

type Paint = (text: string) => string;

/** Colours by what they mean, so that a report reads the same with and without them. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  readonly good: Paint;
}

/** Colours for a stream: `auto` asks NO_COLOR, FORCE_COLOR and whether a person watches. */
export function createStyle(
  choice: ColorChoice,
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv,
): Style {
  const { bold, dim, red, yellow, cyan, green } = pc.createColors(isColored(choice, stream, environment));
  return {
    bold,
    dim,
    error: (text) => bold(red(text)),
    warning: (text) => bold(yellow(text)),
    info: (text) => bold(cyan(text)),
    good: (text) => bold(green(text)),
  };
}

function isColored(
  choice: ColorChoice,
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv,
): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return false;
  if (
    environment.FORCE_COLOR !== undefined &&
    environment.FORCE_COLOR !== '' &&
    environment.FORCE_COLOR !== '0'
  ) {
    return true;
  }
  return stream.isTTY === true && environment.TERM !== 'dumb';
}

/** Checks the value of `--color`. */
export function parseColorChoice(value: string): ColorChoice {
  if (value === 'auto' || value === 'always' || value === 'never') return value;
  throw new CliError(`\`--color ${value}\` is none of auto, always, never`);
}
