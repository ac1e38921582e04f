/** A request as the fake server got it. */
export interface Seen {
  /** Method and path with query, e.g. `GET /invoices?state=OPEN`. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A `fetch` that answers by a script, and the requests that it got. */
export interface TestServer {
  readonly fetch: typeof globalThis.fetch;
  readonly seen: readonly Seen[];
}

/** An answer, or the error of a failing network. A function decides by the request. */
type Step = Response | Error | ((seen: Seen) => Response | Error | Promise<Response>);

/** Answers each request by the next step, and all further ones by the last. */
export function createTestServer(...steps: Step[]): TestServer {
  const seen: Seen[] = [];
  return {
    seen,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const body = await request.text();
      const target = `${request.method} ${pathname}${search}`;
      const step = steps[Math.min(seen.length, steps.length - 1)];
      seen.push({ target, headers: request.headers, body });
      init?.signal?.throwIfAborted();
      const answer = typeof step === 'function' ? await step({ target, headers: request.headers, body }) : step;
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('there is no step');
      return answer.clone();
    },
  };
}

/** An answer in JSON. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** The error with which `fetch` reports a failing network. */
export const NO_NETWORK = new TypeError('fetch failed');
