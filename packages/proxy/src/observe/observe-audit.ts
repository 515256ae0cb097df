import type { AuditRecord } from '../audit/record.ts';
import type { AuditSink } from '../audit/sink.ts';
import { type ProxyEvent, type ProxyObserver, tell } from './observer.ts';

/** Tells an observer of what is recorded. */
export function observeAudit(sink: AuditSink, observer: ProxyObserver): AuditSink {
  return {
    append(records) {
      const failure = sink.append(records);
      for (const record of records) {
        const event = toEvent(record);
        if (event !== null) tell(observer, event);
      }
      if (failure !== null) tell(observer, { kind: 'audit-failure', records: records.length });
      return failure;
    },
    reopen: () => sink.reopen(),
    close: () => sink.close(),
  };
}

function toEvent(record: AuditRecord): ProxyEvent | null {
  switch (record.kind) {
    case 'decision': {
      const { direction, method, decision, errorCode } = record;
      return { kind: 'decision', direction, method, decision, errorCode };
    }
    case 'dlp': {
      const { direction, rule, action, count } = record;
      return { kind: 'match', direction, rule, action, count };
    }
    case 'approval-asked':
      return { kind: 'question' };
    case 'request-redaction':
    case 'scan-truncated':
    case 'proxy-failed':
      return null;
  }
}
