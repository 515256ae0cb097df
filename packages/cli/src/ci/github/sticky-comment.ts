import type { GithubAnswer, GithubApi } from './github-api.ts';

/** GitHub refuses a comment of more than 65,536 characters. */
export const MAX_COMMENT = 65_000;

/** Pages of a hundred comments that are searched. */
const MAX_PAGES = 30;

export type CommentResult =
  | { readonly kind: 'created' | 'updated' }
  /** Nothing to say, and nothing said before. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly problem: string };

/** The line by which the comment is found again. */
export function writeMarker(key: string): string {
  return `<!-- aip-ci: ${key.replace(/[^\w.-]/g, '_')} -->`;
}

/**
 * Writes the pull request's one comment: the first one is updated in place from then on.
 * @param isNews False where there is nothing to say, which only replaces what was said before
 */
export async function writeStickyComment(
  api: GithubApi,
  pullRequest: number,
  { text, key, isNews }: { readonly text: string; readonly key: string; readonly isNews: boolean },
): Promise<CommentResult> {
  const marker = writeMarker(key);
  const found = await findComment(api, pullRequest, marker);
  if ('problem' in found) return { kind: 'failed', problem: found.problem };
  if (found.id === undefined && !isNews) return { kind: 'none' };
  const body = { body: `${marker}\n${text}` };
  const answer =
    found.id === undefined
      ? await api.request('POST', `${api.repository}/issues/${pullRequest}/comments`, body)
      : await api.request('PATCH', `${api.repository}/issues/comments/${found.id}`, body);
  if (answer.problem !== '') return { kind: 'failed', problem: answer.problem };
  return { kind: found.id === undefined ? 'created' : 'updated' };
}

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  readonly isBot: boolean;
}

/** Of comments with the marker only our own counts: whoever wrote another one could change it afterwards. */
async function findComment(
  api: GithubApi,
  pullRequest: number,
  marker: string,
): Promise<{ readonly id: number | undefined } | { readonly problem: string }> {
  let own: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const path = `${api.repository}/issues/${pullRequest}/comments?per_page=100&page=${page}`;
    const answer = await api.request('GET', path);
    if (answer.problem !== '') return { problem: answer.problem };
    const comments = readComments(answer);
    for (const { id, body, author, isBot } of comments) {
      if (!body.startsWith(marker)) continue;
      if (isBot) return { id };
      own ??= await findOwnName(api);
      if (author !== '' && author === own) return { id };
    }
    if (comments.length < 100) return { id: undefined };
  }
  return { id: undefined };
}

/** The name behind a person's token; a workflow's own token has none. */
async function findOwnName(api: GithubApi): Promise<string> {
  const { body } = await api.request('GET', '/user');
  return text(member(body, 'login'));
}

function readComments({ body }: GithubAnswer): readonly Comment[] {
  if (!Array.isArray(body)) return [];
  return body.map((each: unknown): Comment => {
    const id = member(each, 'id');
    const user = member(each, 'user');
    return {
      id: typeof id === 'number' ? id : 0,
      body: text(member(each, 'body')),
      author: text(member(user, 'login')),
      isBot: member(user, 'type') === 'Bot',
    };
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
