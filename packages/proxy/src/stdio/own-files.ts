import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type AuditSettings, listAuditFiles, listRotatedFiles } from '../audit/open-audit.ts';

/** What the proxy is run with and what it writes. */
export interface OwnFileOptions {
  readonly policyFiles: readonly string[];
  readonly auditPath?: string;
  readonly audit?: AuditSettings;
  readonly pinPath?: string;
}

/** Absolute paths of the files that no call may touch, by every name that is known of them. */
export function listOwnFiles({ policyFiles, auditPath, audit = {}, pinPath }: OwnFileOptions): string[] {
  const policies = policyFiles.flatMap(listPaths).flatMap(listForms);
  const auditFiles = auditPath === undefined ? [] : listAuditFiles(auditPath, audit);
  const own = [...policies, ...auditFiles, ...(pinPath === undefined ? [] : [pinPath])].flatMap(listPaths);
  const rotated = auditPath === undefined ? [] : unique(listPaths(auditPath)).flatMap(listRotatedFiles);
  return unique([...own, ...rotated]);
}

const TABLE_FORM = /\.aip\.json$/;
const POLICY_FORM = /\.(?:yaml|yml|json)$/;

/** The policy and the table that is compiled from it stand side by side: who writes one changes the other. */
function listForms(path: string): readonly string[] {
  if (TABLE_FORM.test(path)) {
    const stem = path.replace(TABLE_FORM, '');
    return [path, `${stem}.yaml`, `${stem}.yml`, `${stem}.json`];
  }
  return POLICY_FORM.test(path) ? [path, path.replace(POLICY_FORM, '.aip.json')] : [path];
}

/** A file's path, and the path that it has once symbolic links are followed. */
function listPaths(path: string): readonly string[] {
  const paths = [path];
  try {
    paths.push(join(realpathSync(dirname(path)), basename(path)));
    paths.push(realpathSync(path));
  } catch {
    // It does not exist yet, or can't be looked at: its own path is what can be protected.
  }
  return paths;
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
