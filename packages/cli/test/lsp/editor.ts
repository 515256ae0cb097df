import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  CodeAction,
  CodeActionRequest,
  type CompletionItem,
  CompletionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  FileChangeType,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { AIP } from '../aip.ts';

export interface Answers {
  readonly hover: Hover | null;
  readonly items: readonly CompletionItem[];
  readonly actions: readonly CodeAction[];
}

/** An editor that has started `aip lsp`, driven over the real protocol. */
export class Editor {
  readonly connection: ProtocolConnection;
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private readonly published: PublishDiagnosticsParams[] = [];
  private readonly documents = new Map<string, TextDocument>();
  private wake: () => void = () => undefined;

  private constructor(cwd: string) {
    const child = spawn(process.execPath, [AIP, 'lsp', '--stdio'], {
      cwd,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child = child;
    this.ended = new Promise((resolve) => child.on('close', resolve));
    this.connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.push(params);
      this.wake();
    });
    this.connection.onRequest(RegistrationRequest.type, () => undefined);
    this.connection.listen();
  }

  static async start(cwd: string, capabilities: ClientCapabilities = {}): Promise<Editor> {
    const editor = new Editor(cwd);
    await editor.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: pathToFileURL(cwd).href,
      capabilities,
      workspaceFolders: null,
    });
    await editor.connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  async open(uri: string, text: string): Promise<void> {
    this.documents.set(uri, TextDocument.create(uri, 'yaml', 1, text));
    const textDocument = { uri, languageId: 'yaml', version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Writes a whole new text, as one change. */
  async change(uri: string, text: string): Promise<number> {
    const version = this.documentAt(uri).version + 1;
    this.documents.set(uri, TextDocument.create(uri, 'yaml', version, text));
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
    return version;
  }

  /** Writes over a part of the text, as typing does. */
  async edit(uri: string, range: Range, text: string): Promise<number> {
    const before = this.documentAt(uri);
    const version = before.version + 1;
    const contentChanges = [{ range, text }];
    this.documents.set(uri, TextDocument.update(before, contentChanges, version));
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges,
    });
    return version;
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** Tells that a file beside the open ones has changed. */
  async noticeFile(uri: string): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri, type: FileChangeType.Changed }],
    });
  }

  /** The findings that were sent for a version of a text, once they are there. */
  async waitForFindings(uri: string, version: number | undefined): Promise<readonly Diagnostic[]> {
    for (;;) {
      const found = this.published.findLast((each) => each.uri === uri && each.version === version);
      if (found !== undefined) return found.diagnostics;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  forgetFindings(): void {
    this.published.length = 0;
  }

  /** The findings that the server gives when it is asked. */
  async pull(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
    });
    if (report.kind !== 'full') throw new Error(`a full report was expected: ${report.kind}`);
    return report.items;
  }

  /** Quick fixes where a part of the text stands. */
  async fixes(uri: string, part: string, which: 'first' | 'last' = 'first'): Promise<readonly CodeAction[]> {
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: this.rangeOf(uri, part, which),
      context: { diagnostics: [] },
    });
    return (actions ?? []).flatMap((each) => (CodeAction.is(each) ? [each] : []));
  }

  /** The Markdown that is shown over the first character of a part of the text. */
  async hover(uri: string, part: string): Promise<string | undefined> {
    const hover: Hover | null = await this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: this.rangeOf(uri, part).start,
    });
    if (hover === null) return undefined;
    const { contents } = hover;
    if (typeof contents === 'string' || Array.isArray(contents)) throw new Error('Markdown was expected');
    return contents.value;
  }

  /** What is proposed at the `^^` of a text, which is taken out before. */
  async complete(uri: string, marked: string): Promise<readonly CompletionItem[]> {
    const offset = marked.indexOf('^^');
    await this.change(uri, marked.slice(0, offset) + marked.slice(offset + 2));
    const items = await this.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri },
      position: this.documentAt(uri).positionAt(offset),
    });
    return Array.isArray(items) ? items : (items?.items ?? []);
  }

  /** Everything that can be asked about a place: what is shown there, what can be written, what can be repaired. */
  async askAll(uri: string, position: Position): Promise<Answers> {
    const at = { textDocument: { uri }, position };
    const range = { start: position, end: position };
    const [hover, items, actions] = await Promise.all([
      this.connection.sendRequest(HoverRequest.type, at),
      this.connection.sendRequest(CompletionRequest.type, at),
      this.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range,
        context: { diagnostics: [] },
      }),
    ]);
    return {
      hover,
      items: Array.isArray(items) ? items : (items?.items ?? []),
      actions: (actions ?? []).flatMap((each) => (CodeAction.is(each) ? [each] : [])),
    };
  }

  /** The text after an action, as an editor would have it. */
  apply(uri: string, action: CodeAction | undefined): string {
    const [change] = action?.edit?.documentChanges ?? [];
    if (change === undefined || !('edits' in change)) throw new Error('an edit of the text was expected');
    const edits = change.edits.flatMap((each) => ('newText' in each ? [each] : []));
    return TextDocument.applyEdits(this.documentAt(uri), edits);
  }

  /** Ends the server as the protocol says, and gives its exit status. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    return this.ended;
  }

  /** Goes away without a word. */
  leave(): Promise<number | null> {
    this.child.stdin?.end();
    return this.ended;
  }

  documentAt(uri: string): TextDocument {
    const document = this.documents.get(uri);
    if (document === undefined) throw new Error(`not open: ${uri}`);
    return document;
  }

  private rangeOf(uri: string, part: string, which: 'first' | 'last' = 'first'): Range {
    const document = this.documentAt(uri);
    const text = document.getText();
    const at = which === 'first' ? text.indexOf(part) : text.lastIndexOf(part);
    if (at === -1) throw new Error(`not in the text: ${part}`);
    return { start: document.positionAt(at), end: document.positionAt(at) };
  }
}
