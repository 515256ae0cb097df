import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** One request that GitHub got. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

/** A comment as GitHub has it. */
export interface StoredComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: string };
}

export interface FakeGithub {
  readonly url: string;
  readonly calls: readonly ApiCall[];
  readonly comments: StoredComment[];
  /** Answers for requests whose method and path hold the text, one for each; then GitHub does what it does. */
  readonly fail: (part: string, ...answers: readonly FakeAnswer[]) => void;
  readonly close: () => Promise<void>;
}

interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** GitHub's API as far as it is asked, on the loopback interface. */
export async function startFakeGithub(): Promise<FakeGithub> {
  const calls: ApiCall[] = [];
  const comments: StoredComment[] = [];
  const failures: { part: string; answers: FakeAnswer[] }[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = '', url = '' } = request;
      calls.push({ method, path: url, token: request.headers.authorization, body });
      const planned = failures.find(
        ({ part, answers }) => `${method} ${url}`.includes(part) && answers.length > 0,
      );
      const answer = planned?.answers.shift() ?? answerRequest(comments, method, url, body);
      send(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    comments,
    fail: (part, ...answers) => void failures.push({ part, answers: [...answers] }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, { status, headers, body }: FakeAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body ?? {}));
}

function answerRequest(comments: StoredComment[], method: string, url: string, body: unknown): FakeAnswer {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (pathname === '/user')
    return { status: 403, body: { message: 'Resource not accessible by integration' } };
  if (pathname.endsWith('/code-scanning/sarifs')) return { status: 202, body: { id: 'x' } };
  const text = typeof body === 'object' && body !== null && 'body' in body ? String(body.body) : '';
  if (text.length > 65_536) return { status: 422, body: { message: 'body is too long' } };
  if (method === 'GET' && pathname === '/repos/o/r/issues/7/comments') {
    const page = Number(searchParams.get('page'));
    return { status: 200, body: comments.slice((page - 1) * 100, page * 100) };
  }
  if (method === 'POST' && pathname === '/repos/o/r/issues/7/comments') {
    const id = comments.length + 1;
    comments.push({ id, body: text, user: { login: 'github-actions[bot]', type: 'Bot' } });
    return { status: 201, body: { id } };
  }
  const id = Number(/^\/repos\/o\/r\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]);
  const found = comments.find((each) => each.id === id);
  if (method !== 'PATCH' || found === undefined) return { status: 404, body: { message: 'Not Found' } };
  found.body = text;
  return { status: 200, body: { id } };
}
