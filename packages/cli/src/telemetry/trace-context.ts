import { type Context, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The caller's span as the parent (W3C Trace Context); a trace of its own where the caller told none. */
export function readParent(traceparent: string | null): Context {
  const [, version, traceId, spanId, flags] = FORM.exec(traceparent ?? '') ?? [];
  if (version === undefined || version === 'ff' || traceId === undefined || spanId === undefined)
    return ROOT_CONTEXT;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags ?? '00', 16) & 1;
  const parent: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}
