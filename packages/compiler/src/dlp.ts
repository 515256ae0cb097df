import { appendPointer, type TableDlp } from '@agentpolicy/core';
import { type PolicySpec, parseSize } from '@agentpolicy/spec';
import { CompilerError } from './compiler-error.ts';
import type { PatternPool } from './pattern-pool.ts';

/**
 * The policy's DLP with every default filled in; null where it has none or turns it off (v1alpha2 §3.6).
 * `max_scan_size` has no default here: where the policy does not limit scanning, everything is scanned.
 */
export function compileDlp({ dlp }: PolicySpec, pool: PatternPool): TableDlp | null {
  if (dlp === undefined || dlp.enabled === false) return null;
  return {
    scanRequests: dlp.scan_requests ?? false,
    scanResponses: dlp.scan_responses ?? true,
    detectEncoding: dlp.detect_encoding ?? false,
    filterStderr: dlp.filter_stderr ?? false,
    maxScanSize: dlp.max_scan_size === undefined ? null : readSize(dlp.max_scan_size),
    onRequestMatch: dlp.on_request_match ?? 'block',
    onRedactionFailure: dlp.on_redaction_failure ?? 'block',
    logOriginalOnFailure: dlp.log_original_on_failure ?? false,
    patterns: dlp.patterns.map((pattern, index) => ({
      name: pattern.name,
      pattern: pool.add(
        appendPointer(appendPointer('/spec/dlp/patterns', index), 'regex'),
        pattern.regex,
        'spans',
      ),
      scope: pattern.scope ?? 'all',
    })),
  };
}

function readSize(text: string): number {
  const size = parseSize(text);
  if (!size.ok)
    throw new CompilerError('inconsistent-document', `a checked document has the size \`${text}\``);
  return size.value;
}
