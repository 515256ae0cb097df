export { createProgramLoader, loadProgram, type ProgramLoader } from './load-program.ts';
export type { LoadedProgram, ProgramInfo } from './loaded-program.ts';
export type { Engine, PatternProgram, ProgramUse } from './program.ts';
export { createRedactor, type Redaction, type Redactor, type RedactorItem } from './redactor.ts';
export { RegexError, type RegexErrorCode } from './regex-error.ts';
export { Sieve, type SieveOptions, type SieveWord } from './sieve.ts';
export type { Span } from './spans.ts';
