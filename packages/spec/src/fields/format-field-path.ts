/** Writes a JSON pointer as people write a field: `spec.tool_rules[2].action`. The whole document is `the document`. */
export function formatFieldPath(pointer: string): string {
  let shown = '';
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (/^[0-9]+$/.test(name)) shown += `[${name}]`;
    else shown += shown === '' ? name : `.${name}`;
  }
  return shown === '' ? 'the document' : shown;
}
