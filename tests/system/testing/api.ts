import { randomUUID } from 'node:crypto';

/** JSON as it is read, for a test that then says what it expects of it. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads any field, and fails where it is not what it expects
export type Json = any;

/** An answer of the API. */
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
  readonly headers?: Readonly<Record<string, string>>;
}

/** A caller of the API: nobody, or a user who has signed in. */
export interface Api {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  call(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  get(path: string): Promise<Json>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Json>;
}

/** A caller without credentials. `url` is asked at each call, because it changes when the system starts again. */
export function anonymous(url: () => string): Api {
  return createApi(url, { userId: '', accessToken: '', refreshToken: '' });
}

/** Signs a new user up and in. */
export async function signUp(url: () => string, details: Readonly<Record<string, string>> = {}): Promise<Api> {
  const nobody = anonymous(url);
  const credentials = { email: `${randomUUID()}@example.com`, password: 'correct horse', ...details };
  const user = await nobody.post('/users', { name: 'Dana', ...credentials });
  const { email, password } = credentials;
  const session = await nobody.post('/sessions', { email, password });
  return createApi(url, { userId: user.id, ...session });
}

function createApi(
  url: () => string,
  session: { readonly userId: string; readonly accessToken: string; readonly refreshToken: string },
): Api {
  const call = async (method: string, path: string, { body, headers }: RequestOptions = {}): Promise<Answer> => {
    const response = await fetch(url() + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(session.accessToken === '' ? {} : { authorization: `Bearer ${session.accessToken}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  const expectOk = async (answer: Answer, what: string): Promise<Json> => {
    if (answer.status >= 300) throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    ...session,
    call,
    get: async (path) => expectOk(await call('GET', path), `GET ${path}`),
    post: async (path, body, headers = {}) => expectOk(await call('POST', path, { body, headers }), `POST ${path}`),
  };
}

/** Adds a customer; gives its id. */
export async function addCustomer(api: Api, details: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const customer = await api.post('/customers', { name: 'Ada Bakery', email: 'ada@bakery.example', ...details });
  return customer.id;
}

/** Makes a draft over 118.99 EUR, due far in the future; gives it. */
export async function addDraft(
  api: Api,
  customerId: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<Json> {
  return api.post('/invoices', {
    customerId,
    currencyCode: 'EUR',
    dueDate: '2099-12-31',
    lines: [{ description: 'Bread design', quantity: '2', unitPrice: '49.995', taxPercent: '19' }],
    ...details,
  });
}
