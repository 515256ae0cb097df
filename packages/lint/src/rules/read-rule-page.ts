/**
 * The page of a rule in Markdown, with Summary, Avoid, Prefer, Why and Options; undefined for a name that is no rule's.
 * The pages are loaded only when one is asked for.
 */
export async function readRulePage(name: string): Promise<string | undefined> {
  const { RULE_PAGES } = await import('./rule-pages.gen.ts');
  return RULE_PAGES.get(name);
}
