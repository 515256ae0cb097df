import type { Diagnostic, TextEdit } from '@agentpolicy/core';
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  DiagnosticSeverity,
  MarkupKind,
  type Diagnostic as ProtocolDiagnostic,
  type TextEdit as ProtocolEdit,
  type Range,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Completion } from './complete.ts';
import { describeField } from './describe-field.ts';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
} as const satisfies Record<Diagnostic['severity'], DiagnosticSeverity>;

/** The protocol counts lines in its own way: only offsets are taken over. */
function toRange(document: TextDocument, start: number, end: number): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** A finding as editors take it. */
export function toProtocolDiagnostic(document: TextDocument, diagnostic: Diagnostic): ProtocolDiagnostic {
  const { code, severity, message, help, location, related } = diagnostic;
  const rangeOf = ({ range }: Diagnostic['location']): Range =>
    toRange(document, range.start.offset, range.end.offset);
  return {
    range: rangeOf(location),
    severity: SEVERITIES[severity],
    code,
    source: 'aip',
    message: help === undefined ? message : `${message}\nhelp: ${help}`,
    relatedInformation: related.map((each) => ({
      message: each.message,
      location: { uri: document.uri, range: rangeOf(each.location) },
    })),
  };
}

/** The repairs of the findings that touch a stretch of the text; a safe one comes first. */
export function listQuickFixes(
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
  { start, end }: Range,
): readonly CodeAction[] {
  const from = document.offsetAt(start);
  const to = document.offsetAt(end);
  return diagnostics
    .filter(({ location: { range } }) => range.start.offset <= to && from <= range.end.offset)
    .flatMap((diagnostic) =>
      diagnostic.fixes
        .filter(({ edits }) => edits.length > 0)
        .map(({ title, safety, edits }) => ({
          title: safety === 'safe' ? title : `${title} (may permit more)`,
          kind: CodeActionKind.QuickFix,
          isPreferred: safety === 'safe',
          diagnostics: [toProtocolDiagnostic(document, diagnostic)],
          edit: {
            documentChanges: [
              {
                textDocument: { uri: document.uri, version: document.version },
                edits: edits.map((edit) => toProtocolEdit(document, edit)),
              },
            ],
          },
        })),
    )
    .sort((a, b) => Number(b.isPreferred) - Number(a.isPreferred));
}

function toProtocolEdit(document: TextDocument, { start, end, newText }: TextEdit): ProtocolEdit {
  return { range: toRange(document, start, end), newText };
}

/** Proposals as editors take them. */
export function toCompletionItems(
  document: TextDocument,
  { proposals, start, end }: Completion,
): CompletionItem[] {
  const range = toRange(document, start, end);
  return proposals.map(({ label, kind, newText, field }) => ({
    label,
    kind: kind === 'field' ? CompletionItemKind.Field : CompletionItemKind.EnumMember,
    textEdit: { range, newText },
    ...(kind === 'field'
      ? { documentation: { kind: MarkupKind.Markdown, value: describeField(field) } }
      : {}),
  }));
}
