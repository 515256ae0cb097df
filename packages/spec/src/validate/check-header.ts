import { findNearestName } from '../fields/nearest-name.ts';
import { API_VERSIONS, type ApiVersion } from '../fields/policy-field.ts';
import type { Findings } from '../source/findings.ts';
import { quoteText } from '../source/quote-text.ts';
import type { PolicyView } from './policy-view.ts';
import { addWrongType } from './wrong-type.ts';

const GROUP = 'aip.io/';
const KIND = 'AgentPolicy';

/** What the document says that it is. `stop` means that it is nothing whose fields could be checked. */
export type Header = { readonly kind: 'policy'; readonly apiVersion: ApiVersion } | { readonly kind: 'stop' };

const STOP: Header = { kind: 'stop' };

export function isApiVersion(text: string): text is ApiVersion {
  return API_VERSIONS.some((version) => version === text);
}

/** Fields that are misspelt or missing are the schema's matter; the newest version knows the most of them. */
const NEWEST: Header = { kind: 'policy', apiVersion: API_VERSIONS[2] };

/**
 * Reads `apiVersion` and `kind` and reports what is wrong with them, once: a file of another kind has one finding.
 */
export function checkHeader(view: PolicyView, findings: Findings): Header {
  const { node } = view.root;
  if (node.kind !== 'map') {
    if (node.kind === 'broken') return STOP;
    findings.add({
      code: 'not-a-mapping',
      message: `the document is a ${node.kind === 'sequence' ? 'list' : 'single value'} where a mapping is due`,
      help: 'a policy begins with `apiVersion: aip.io/v1alpha2` and `kind: AgentPolicy`',
      pointer: '',
      span: view.root.place,
    });
    return STOP;
  }
  const kind = view.node('kind');
  if (kind?.kind === 'scalar' && typeof kind.value === 'string' && kind.value !== KIND) {
    return addWrongKind(kind.value, view, findings);
  }
  if (kind?.kind === 'map' || kind?.kind === 'sequence' || (kind?.kind === 'scalar' && kind.value !== KIND)) {
    addWrongType(view, '/kind', 'string', findings);
  }
  return checkApiVersion(view, findings);
}

function addWrongKind(written: string, view: PolicyView, findings: Findings): Header {
  const nearest = findNearestName(written, [KIND]);
  findings.add({
    code: 'wrong-kind',
    message: `the document is of kind ${quoteText(written)}, not \`${KIND}\``,
    help: nearest === undefined ? 'this file is no policy: leave it out' : `did you mean \`${KIND}\`?`,
    pointer: '/kind',
    span: view.span('/kind', 'value'),
  });
  return nearest === undefined ? STOP : checkApiVersion(view, findings);
}

function checkApiVersion(view: PolicyView, findings: Findings): Header {
  const written = view.node('apiVersion');
  if (written === undefined || written.kind === 'broken') return NEWEST;
  if (written.kind !== 'scalar' || typeof written.value !== 'string') {
    addWrongType(view, '/apiVersion', 'string', findings);
    return NEWEST;
  }
  if (isApiVersion(written.value)) return { kind: 'policy', apiVersion: written.value };
  const place = { pointer: '/apiVersion', span: view.span('/apiVersion', 'value') };
  const nearest = findNearestName(written.value, API_VERSIONS);
  const shown = quoteText(written.value);
  if (written.value.startsWith(GROUP) || nearest !== undefined) {
    findings.add({
      ...place,
      code: 'unknown-api-version',
      message: `the version ${shown} of the policy format is not known`,
      help: `${nearest === undefined ? '' : `did you mean \`${nearest}\`? `}known are ${API_VERSIONS.map((version) => `\`${version}\``).join(', ')}`,
    });
  } else {
    findings.add({
      ...place,
      code: 'other-api-group',
      message: `the document is an \`${KIND}\` of ${shown}, which is another project's`,
      help: `a policy for AI agents' tool calls has an \`apiVersion\` that begins with \`${GROUP}\``,
    });
  }
  return STOP;
}
