import { randomUUID } from 'node:crypto';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';

/** Parsed JSON, for tests that check it. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads any field, and fails when it is not as expected
export type Json = any;

/** A response of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; undefined when it is empty. */
  readonly body: Json;
}

/** What a request may have besides method and path. */
export interface RequestOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent unchanged, instead of `body`. */
  readonly text?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A session, as returned by signing in. */
export interface Session {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A caller of the API: nobody, or a user who has signed in. */
export interface Api extends Session {
  call(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** The body of a successful response. */
  get(path: string): Promise<Json>;
  /** The body of a successful response. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Json>;
  /** The body of a successful response. */
  patch(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Json>;
  /** All items of a list, from all pages; `key` is the name of the list in the body. */
  list(path: string, key: string): Promise<Json[]>;
}

/** Time for which a patient caller retries. A killed system is back much sooner. */
const PATIENCE_MS = 60_000;

/** A caller without credentials. `url` is called for each request, because the URL changes when the system starts again. */
export function anonymous(url: () => string): Api {
  return createApi(url, { userId: '', accessToken: '', refreshToken: '' });
}

/** Signs a new user up and in. */
export async function signUp(url: () => string, details: Readonly<Record<string, unknown>> = {}): Promise<Api> {
  const credentials = { email: `${randomUUID()}@example.com`, password: 'correct horse', ...details };
  await anonymous(url).post('/users', { name: 'Dana', ...credentials });
  return signIn(url, credentials);
}

/** Signs a user in. */
export async function signIn(
  url: () => string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Api> {
  return createApi(url, await anonymous(url).post('/sessions', { email, password }));
}

/** A caller with these credentials. */
export function createApi(url: () => string, session: Session): Api {
  return withCall(session, async (method, path, { body, text, headers } = {}) => {
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(url() + path, {
      method,
      headers: {
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...(session.accessToken === '' ? {} : { authorization: `Bearer ${session.accessToken}` }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, body: answer === '' ? undefined : JSON.parse(answer) };
  });
}

/**
 * The same caller, who repeats each request until it is answered, as is needed while parts of the system are down. Each
 * POST has an idempotency key, so repeating it has no further effect.
 */
export function patient(api: Api): Api {
  return withCall(api, (method, path, options = {}) => {
    const key = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
    const request = { ...options, headers: { ...key, ...options.headers } };
    const attempt = async () => {
      const answer = await api.call(method, path, request);
      if (answer.status >= 503) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    };
    return waitUntil(attempt, { timeoutMs: PATIENCE_MS, intervalMs: 50, what: `an answer to ${method} ${path}` });
  });
}

function withCall(session: Session, call: Api['call']): Api {
  const demand = async (method: string, path: string, options?: RequestOptions): Promise<Json> => {
    const { status, body } = await call(method, path, options);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const list = async (path: string, key: string): Promise<Json[]> => {
    const found: Json[] = [];
    let pageToken = '';
    do {
      const page = await demand('GET', `${path}${path.includes('?') ? '&' : '?'}pageSize=100&pageToken=${pageToken}`);
      found.push(...page[key]);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    return found;
  };
  const { userId, accessToken, refreshToken } = session;
  return {
    userId,
    accessToken,
    refreshToken,
    call,
    get: (path) => demand('GET', path),
    post: (path, body, headers = {}) => demand('POST', path, { body, headers }),
    patch: (path, body, headers = {}) => demand('PATCH', path, { body, headers }),
    list,
  };
}

/** Adds a customer; gives its id. */
export async function addCustomer(api: Api, details: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const customer = await api.post('/customers', { name: 'Ada Bakery', email: 'ada@bakery.example', ...details });
  return customer.id;
}

/** A draft over 118.99 EUR, due far in the future. */
export function draftOf(customerId: string, details: Readonly<Record<string, unknown>> = {}): Json {
  return {
    customerId,
    currencyCode: 'EUR',
    dueDate: '2099-12-31',
    lines: [{ description: 'Bread design', quantity: '2', unitPrice: '49.995', taxPercent: '19' }],
    ...details,
  };
}

/** The content of that draft for quotes and recurring invoices: everything except the due date. */
export function templateOf(customerId: string): Json {
  const { dueDate: _, ...template } = draftOf(customerId);
  return template;
}

/** Creates a recurring invoice with that content: monthly, starting far in the future. */
export function recurringOf(customerId: string): Json {
  return { frequency: 'MONTH', startDate: '2099-01-31', invoice: templateOf(customerId) };
}

/** Creates that draft; gives it. */
export async function addDraft(
  api: Api,
  customerId: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<Json> {
  return api.post('/invoices', draftOf(customerId, details));
}

/** Creates that draft and sends it; gives it. */
export async function addOpenInvoice(
  api: Api,
  customerId: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<Json> {
  const { id } = await addDraft(api, customerId, details);
  return api.post('/invoices/send', { invoiceId: id });
}
