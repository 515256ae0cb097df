import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '@agentpolicy/core';
import {
  type ClientCapabilities,
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  type InitializeResult,
  MarkupKind,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { CONFIG_NAME } from '../config/config.ts';
import type { CommandContext } from '../context.ts';
import { VERSION } from '../version.ts';
import { checkText } from './check-text.ts';
import { completeAt } from './complete.ts';
import { describeAt } from './hover.ts';
import { listQuickFixes, toCompletionItems, toProtocolDiagnostic } from './protocol.ts';

/** What the editor can do decides how findings get to it. */
interface Client {
  /** It asks for findings when it wants them. Otherwise they are sent. */
  readonly pulls: boolean;
  readonly refreshes: boolean;
  readonly watches: boolean;
}

function readClient({ textDocument, workspace }: ClientCapabilities): Client {
  return {
    pulls: textDocument?.diagnostic !== undefined,
    refreshes: workspace?.diagnostics?.refreshSupport === true,
    watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
  };
}

function describeServer({ pulls }: Client): InitializeResult {
  return {
    serverInfo: { name: 'aip', version: VERSION },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      hoverProvider: true,
      completionProvider: { triggerCharacters: [' ', '"'] },
      ...(pulls ? { diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false } } : {}),
    },
  };
}

/** Answers an editor until it ends the connection. */
export function serve(connection: Connection, context: CommandContext): void {
  const documents = new TextDocuments(TextDocument);
  const checker = createChecker(context);
  let client: Client = { pulls: false, refreshes: false, watches: false };

  const send = createSender(connection, documents, checker);
  const checkAll = (): void => {
    checker.forget();
    if (!client.pulls) for (const { uri } of documents.all()) send(uri);
    else if (client.refreshes) connection.languages.diagnostics.refresh();
  };

  connection.onInitialize(({ capabilities }) => {
    client = readClient(capabilities);
    return describeServer(client);
  });
  connection.onInitialized(async () => {
    if (!client.watches) return;
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: `**/${CONFIG_NAME}` }],
    });
  });
  connection.onDidChangeWatchedFiles(checkAll);
  documents.onDidSave(({ document }) => {
    if (basename(document.uri) === CONFIG_NAME) checkAll();
  });
  documents.onDidChangeContent(({ document }) => {
    if (!client.pulls) send(document.uri);
  });
  documents.onDidClose(({ document: { uri } }) => {
    checker.drop(uri);
    // What is not open any more is not looked at any more.
    if (!client.pulls) void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
  connection.languages.diagnostics.on(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    const found = document === undefined ? [] : checker.check(document);
    return {
      kind: DocumentDiagnosticReportKind.Full,
      items: document === undefined ? [] : found.map((each) => toProtocolDiagnostic(document, each)),
    };
  });
  answerQuestions(connection, documents, checker);
  documents.listen(connection);
  connection.listen();
}

function answerQuestions(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  checker: Checker,
): void {
  connection.onCodeAction(({ textDocument, range }) => {
    const document = documents.get(textDocument.uri);
    return document === undefined ? [] : [...listQuickFixes(document, checker.check(document), range)];
  });
  connection.onHover(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    const value =
      document === undefined ? undefined : describeAt(document.getText(), document.offsetAt(position));
    return value === undefined ? null : { contents: { kind: MarkupKind.Markdown, value } };
  });
  connection.onCompletion(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return [];
    return toCompletionItems(document, completeAt(document.getText(), document.offsetAt(position)));
  });
}

/**
 * Sends findings once what the editor has written so far is read: of several changes that come together, only the
 * last is checked.
 */
function createSender(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  checker: Checker,
): (uri: string) => void {
  const waiting = new Set<string>();
  return (uri) => {
    if (waiting.has(uri)) return;
    waiting.add(uri);
    setImmediate(() => {
      waiting.delete(uri);
      const document = documents.get(uri);
      if (document === undefined) return;
      const diagnostics = checker.check(document).map((each) => toProtocolDiagnostic(document, each));
      void connection.sendDiagnostics({ uri, version: document.version, diagnostics });
    });
  };
}

interface Checker {
  check(document: TextDocument): readonly Diagnostic[];
  drop(uri: string): void;
  /** Something beside the documents has changed. */
  forget(): void;
}

/** Findings of each document's last version. */
function createChecker(context: CommandContext): Checker {
  const known = new Map<string, { readonly version: number; readonly found: readonly Diagnostic[] }>();
  return {
    check(document) {
      const { uri, version } = document;
      const last = known.get(uri);
      if (last?.version === version) return last.found;
      const found = checkText(context, document.getText(), pathOf(uri));
      known.set(uri, { version, found });
      return found;
    },
    drop: (uri) => void known.delete(uri),
    forget: () => known.clear(),
  };
}

/** Undefined for what is in no file of this machine. */
function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    // Such as a file of another host.
    return undefined;
  }
}
