export { COMPILER, type CompileResult, compilePolicy } from './compile-policy.ts';
export { CompilerError, type CompilerErrorCode } from './compiler-error.ts';
