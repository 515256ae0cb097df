import { Composer, type CST, type Document, Lexer, Parser, type YAMLParseError } from 'yaml';
import { TreeBuilder } from './build-tree.ts';
import { addTooDeep, type CommentToken, checkTokens } from './check-tokens.ts';
import type { FindingContext, Findings } from './findings.ts';
import type { Slot } from './tree.ts';
import { describeYamlError } from './yaml-messages.ts';

/** More tokens than this are no policy: 1 MiB of ordinary YAML has half of them. */
const MAX_TOKENS = 750_000;

export interface YamlSource {
  readonly comments: readonly CommentToken[];
  /** The document's value; undefined where the text can't be understood as one YAML document. */
  readonly root: Slot | undefined;
}

const NOTHING: YamlSource = { comments: [], root: undefined };

/** More open brackets than this are far too deep: the exact place is not looked for. */
const MAX_BRACKETS = 1_000;

/** Marks the text of a plain or block scalar, which comes next. */
const SCALAR = '\u001f';

/**
 * Splits the text into tokens. Undefined where there are too many of them, or where brackets stand inside each other
 * without end: that is seen before memory is spent on it, and added to the findings.
 */
function readTokens(text: string, findings: Findings): readonly CST.Token[] | undefined {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let count = 0;
  let depth = 0;
  let before = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS) {
      addTooComplex(findings);
      return undefined;
    }
    if (before !== SCALAR) {
      if (lexeme === '[' || lexeme === '{') depth++;
      else if (lexeme === ']' || lexeme === '}') depth--;
      if (depth > MAX_BRACKETS) {
        addTooDeep(parser.offset, findings);
        return undefined;
      }
    }
    before = lexeme;
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function addTooComplex(findings: Findings): void {
  findings.add({
    code: 'too-complex',
    message: `the policy has more than ${MAX_TOKENS} tokens`,
    help: 'split the policy',
    pointer: '',
    span: { start: 0, end: 0 },
  });
}

function composeDocuments(tokens: readonly CST.Token[]): readonly Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    strict: true,
    // Quadratic in the number of keys: the tree's builder looks for repeated keys itself.
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
  });
  // The composer makes an Error of everything that it finds; on a hostile text, stack traces would be most of the work.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return [...composer.compose(tokens)];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function addSyntaxErrors(errors: readonly YAMLParseError[], findings: Findings): void {
  // What follows the first error is often its consequence; a wrong escape has none.
  const first = errors.find((error) => error.code !== 'BAD_DQ_ESCAPE');
  for (const error of errors) {
    if (error !== first && error.code !== 'BAD_DQ_ESCAPE') continue;
    const [start, end] = error.pos;
    findings.add({
      ...describeYamlError(error.code, error.message),
      pointer: '',
      // An escape is at least two characters; other errors have a place, sometimes at the very end of the text.
      span: { start, end: error.code === 'BAD_DQ_ESCAPE' ? start + 2 : Math.max(end, start + 1) },
    });
  }
}

function addSecondDocument(tokens: readonly CST.Token[], findings: Findings): void {
  const second = tokens.filter((token) => token.type === 'document')[1];
  if (second === undefined) return;
  findings.add({
    code: 'several-documents',
    message: 'a second document begins in the file',
    help: 'keep one policy in a file: a second one would not be read',
    pointer: '',
    span: { start: second.offset, end: second.offset + 3 },
  });
}

/** `%YAML 1.1` would read `yes` as true, and `%TAG` renames tags; a policy needs no directive but `%YAML 1.2`. */
function addDirectives(tokens: readonly CST.Token[], findings: Findings): void {
  for (const token of tokens) {
    if (token.type !== 'directive' || /^%YAML[ \t]+1\.2[ \t]*$/.test(token.source)) continue;
    findings.add({
      code: 'yaml-directive',
      message: 'a directive that changes how the file is read',
      help: 'remove the line: a policy is YAML 1.2',
      pointer: '',
      span: { start: token.offset, end: token.offset + token.source.length },
    });
  }
}

/**
 * Reads one YAML 1.2 document (JSON is one too). Never throws; what is wrong with the text is added to the findings.
 */
export function readYaml(text: string, context: FindingContext, findings: Findings): YamlSource {
  const tokens = readTokens(text, findings);
  if (tokens === undefined) return NOTHING;
  const before = findings.size;
  const { ok, comments } = checkTokens(tokens, findings);
  if (!ok) return NOTHING;
  addSecondDocument(tokens, findings);
  addDirectives(tokens, findings);
  if (findings.size > before) return { comments, root: undefined };
  const documents = composeDocuments(tokens);
  addSyntaxErrors(
    documents.flatMap((document) => document.errors),
    findings,
  );
  const contents = documents[0]?.contents ?? null;
  if (findings.size > before) return { comments, root: undefined };
  if (contents === null || contents.range[0] === contents.range[1]) {
    findings.add({
      code: 'empty-document',
      message: 'the file holds no policy',
      help: 'write `apiVersion`, `kind`, `metadata` and `spec`',
      pointer: '',
      span: { start: 0, end: 0 },
    });
    return { comments, root: undefined };
  }
  return { comments, root: new TreeBuilder(text, context, findings).build(contents, '') };
}
