export type { ApprovalAnswer, ApprovalRequest, Approver } from './approvals/approver.ts';
export { firstAvailable } from './approvals/approver.ts';
export { createConsoleClient } from './approvals/console-client.ts';
export {
  type ApprovalConsole,
  listenForApprovals,
  type PendingApproval,
} from './approvals/console-server.ts';
export { createDesktopDialog, type DesktopDialogOptions } from './approvals/desktop-dialog.ts';
export { describeQuestion } from './approvals/question-text.ts';
export { approvalSocketPath } from './approvals/socket-folder.ts';
export type { FsyncPolicy } from './audit/file/syncer.ts';
export type { AuditSettings } from './audit/open-audit.ts';
export { type AuditLine, type MergedLine, mergeAuditLogs, readAuditLog } from './audit/read/read-records.ts';
export {
  type AuditVerification,
  type VerifyAuditOptions,
  verifyAuditLog,
} from './audit/read/verify-audit-log.ts';
export { splitCommand } from './command/split-command.ts';
export { ProxyError, type ProxyErrorCode } from './errors/proxy-error.ts';
export type {
  OperationEvent,
  OperationOutcome,
  ProxyEvent,
  ProxyObserver,
} from './observe/observer.ts';
export { type AskToolsOptions, askForTools, type ServerTools } from './record/ask-tools.ts';
export type { LineRedactor, RedactedLine } from './record/redact-line.ts';
export {
  createTraceRedactor,
  type RecorderOptions,
  type Redaction,
  runRecorder,
} from './record/run-recorder.ts';
export type { EndTimes } from './stdio/end-server.ts';
export type { TableUpdate } from './stdio/follow-tables.ts';
export { runProxy } from './stdio/run-proxy.ts';
export { DEFAULT_MAX_LINE_BYTES, type ProxyOptions } from './stdio/run-with-engine.ts';
export type { SignalSource } from './stdio/signals.ts';
