import type { CommandContext } from '../../context.ts';

/** GitHub's answer to one request. */
export interface GithubAnswer {
  /** 0 where there was none. */
  readonly status: number;
  readonly body: unknown;
  /** GitHub's own words about a failure, in one line. */
  readonly problem: string;
}

/** Asks GitHub about one repository. */
export interface GithubApi {
  readonly request: (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => Promise<GithubAnswer>;
  /** `/repos/OWNER/NAME`. */
  readonly repository: string;
}

export interface GithubApiOptions {
  readonly token: string;
  readonly fetch: typeof fetch;
  /** Waits so many milliseconds, or until the signal. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** When all requests together end; a minute after the first, unless told. */
  readonly deadline?: AbortSignal;
}

const MAX_TRIES = 4;
/** Milliseconds. */
const TIMEOUT = 20_000;
const MAX_WAIT = 10_000;
/** Publishing changes nothing in a verdict, and must not keep it waiting. */
const MAX_PUBLISHING = 60_000;

/** Undefined where the environment does not say which repository it is. */
export function createGithubApi(
  { environment }: CommandContext,
  options: GithubApiOptions,
): GithubApi | undefined {
  const name = environment.GITHUB_REPOSITORY ?? '';
  if (!/^[\w.-]+\/[\w.-]+$/.test(name)) return undefined;
  const root = (environment.GITHUB_API_URL ?? 'https://api.github.com').replace(/\/+$/, '');
  const deadline = options.deadline ?? AbortSignal.timeout(MAX_PUBLISHING);
  return {
    repository: `/repos/${name}`,
    async request(method, path, body) {
      for (let attempt = 1; ; attempt++) {
        const { answer, wait } = await ask({ ...options, deadline }, method, `${root}${path}`, body);
        if (wait === undefined || attempt === MAX_TRIES || deadline.aborted) return answer;
        await options.sleep(Math.min(wait ?? 0, MAX_WAIT) + 500 * 2 ** attempt, deadline);
        if (deadline.aborted) return answer;
      }
    },
  };
}

/** One try; `wait` is undefined where another one would bring nothing new. */
async function ask(
  { token, fetch: send, deadline }: GithubApiOptions & { readonly deadline: AbortSignal },
  method: string,
  url: string,
  body: unknown,
): Promise<{ readonly answer: GithubAnswer; readonly wait: number | undefined }> {
  let response: Response;
  let text: string;
  try {
    response = await send(url, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'aip-ci',
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.any([deadline, AbortSignal.timeout(TIMEOUT)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (failure) {
    const problem = failure instanceof Error ? failure.message : String(failure);
    return { answer: { status: 0, body: undefined, problem }, wait: 0 };
  }
  const read = parseJson(text);
  const { status, headers } = response;
  const answer = { status, body: read, problem: response.ok ? '' : describeProblem(status, read) };
  return { answer, wait: response.ok ? undefined : findWait(status, headers) };
}

/** Milliseconds until another try is worth it: limits and faults pass, a refusal stays. */
function findWait(status: number, headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  const seconds = after !== null && /^\d{1,6}$/.test(after) ? Number(after) : undefined;
  const isLimited = status === 403 && (seconds !== undefined || headers.get('x-ratelimit-remaining') === '0');
  if (status !== 429 && status < 500 && !isLimited) return undefined;
  return (seconds ?? 0) * 1000;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeProblem(status: number, body: unknown): string {
  const message =
    typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
      ? body.message
      : 'no reason given';
  return `${status}: ${(message.split('\n')[0] ?? '').slice(0, 300)}`;
}
