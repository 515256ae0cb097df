import { describe, expect, it } from 'vitest';
import { createGithubApi } from '../../src/ci/github/github-api.ts';
import { captureContext } from '../lint/lint-in-folder.ts';

interface Planned {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers one after the other, the last one again and again, and keeps what was asked and waited. */
function plan(...answers: readonly (Planned | Error)[]) {
  const urls: string[] = [];
  const waits: number[] = [];
  const environment = { GITHUB_REPOSITORY: 'o/r', GITHUB_API_URL: 'http://api.test/' };
  const api = createGithubApi(captureContext('/', environment).context, {
    token: 't',
    fetch: (url) => {
      const answer = answers[Math.min(urls.length, answers.length - 1)];
      urls.push(String(url));
      if (answer instanceof Error || answer === undefined) return Promise.reject(answer);
      const { status, headers, body } = answer;
      return Promise.resolve(
        new Response(body ?? '{}', { status, ...(headers === undefined ? {} : { headers }) }),
      );
    },
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { api, urls, waits };
}

const LIMITED = { 'x-ratelimit-remaining': '0' };

describe('requests to GitHub', () => {
  it.each<[string, number, number, readonly (Planned | Error)[]]>([
    ['an answer is taken', 200, 1, [{ status: 200 }]],
    ['a refusal is final', 403, 1, [{ status: 403 }]],
    ['what is not there is final', 404, 1, [{ status: 404 }]],
    ['what is wrong is final', 422, 1, [{ status: 422 }]],
    ['a fault passes', 200, 3, [{ status: 500 }, { status: 503 }, { status: 200 }]],
    ['a fault that stays is given up', 502, 4, [{ status: 502 }]],
    ['a limit passes', 201, 2, [{ status: 429, headers: { 'retry-after': '3' } }, { status: 201 }]],
    [
      'a limit that is told as a refusal passes',
      200,
      2,
      [{ status: 403, headers: LIMITED }, { status: 200 }],
    ],
    ['no answer is given up', 0, 4, [new TypeError('fetch failed')]],
    ['an answer that is no JSON is taken for nothing', 200, 1, [{ status: 200, body: '<html>' }]],
  ])('%s', async (_, status, tries, answers) => {
    const { api, urls, waits } = plan(...answers);
    const answer = await api?.request('GET', '/x');
    expect([answer?.status, urls.length, waits.length]).toEqual([status, tries, tries - 1]);
    expect(urls.every((url) => url === 'http://api.test/x')).toBe(true);
    expect(answer?.problem === '').toBe(status >= 200 && status < 300);
  });

  it('wait as long as GitHub says, and never longer than twenty seconds', async () => {
    const short = plan({ status: 429, headers: { 'retry-after': '3' } }, { status: 200 });
    await short.api?.request('GET', '/x');
    expect(short.waits).toEqual([4000]);
    const long = plan({ status: 429, headers: { 'retry-after': '86400' } });
    await long.api?.request('GET', '/x');
    expect(long.waits).toEqual([11_000, 12_000, 14_000]);
  });

  it('end together, also where nothing is answered', async () => {
    const deadline = AbortSignal.timeout(20);
    let tries = 0;
    const api = createGithubApi(captureContext('/', { GITHUB_REPOSITORY: 'o/r' }).context, {
      token: 't',
      deadline,
      fetch: (_, init) => {
        tries++;
        return new Promise((_, reject) => {
          if (init?.signal?.aborted === true) reject(init.signal.reason);
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        });
      },
      sleep: () => Promise.resolve(),
    });
    expect((await api?.request('GET', '/x'))?.status).toBe(0);
    expect((await api?.request('POST', '/y'))?.status).toBe(0);
    expect(tries).toBe(2);
  });

  it('are for one repository', () => {
    for (const name of ['', 'o', 'o/r/s', '../r x', 'o/r?x'])
      expect(
        createGithubApi(captureContext('/', { GITHUB_REPOSITORY: name }).context, {
          token: 't',
          fetch,
          sleep: () => Promise.resolve(),
        }),
      ).toBeUndefined();
  });
});
