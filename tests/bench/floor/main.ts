import { createHmac, randomBytes, randomUUID, randomUUIDv7 } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import postgres, { type Sql } from 'postgres';
import { connectionTarget } from '../../../runtime/database/connection-target.ts';
import { databaseUrlOf } from '../../../runtime/database/ensure-database.ts';
import { type CreateBody, creationOf, eventOf, newInvoice, PAYMENT_DEFAULTS, statsOf } from './answers.ts';
import { createStatements, findParties, type Row, readStats } from './statements.ts';

/**
 * The floor: the least that the same requests cost. One process answers them with node:http and the same SQL, prepared. It
 * knows the caller from a token that it has verified before. It validates, limits, logs and traces nothing, and its events
 * have no effects. docs/performance.md compares Numer with it.
 */
const { DATABASE_URL = '', PORT = '0' } = process.env;

/** The pool of a service, with the settings that Numer uses. */
function open(service: 'user' | 'invoice' | 'stats'): Sql {
  const target = connectionTarget(databaseUrlOf(DATABASE_URL, service));
  const text = {
    to: 1184,
    from: [1082, 1114, 1184],
    serialize: (value: string) => value,
    parse: (value: string) => value,
  };
  const options = {
    max_pipeline: 1,
    max: 8,
    fetch_types: false,
    types: { date: text },
    transform: { column: { from: postgres.toCamel } },
  };
  return postgres(target.url, { ...target.options, ...options });
}

const [users, invoices, stats] = [open('user'), open('invoice'), open('stats')];
const statements = createStatements(invoices);

const SECRET = randomBytes(32);
const LIFETIME_MS = 600_000;
const verified = new Map<string, { userId: string; expireMs: number }>();

function signed(text: string): string {
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

/** The user of a token; undefined when it is no longer valid for anyone. */
function userOf(token: string): string | undefined {
  const known = verified.get(token);
  if (known !== undefined) return known.expireMs > Date.now() ? known.userId : undefined;
  const [userId = '', expireMs = ''] = token.split('.');
  if (signed(`${userId}.${expireMs}`) !== token) return undefined;
  verified.set(token, { userId, expireMs: Number(expireMs) });
  return userOf(token);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Asked {
  readonly userId: string;
  readonly id: string;
  readonly body: unknown;
}

const MISSING: Answer = { status: 404, body: { title: 'Not Found' } };

async function signIn(body: unknown): Promise<Answer> {
  const { email } = body as { email: string };
  const [user] = await users<{ id: string }[]>`select id from users where email_normalized = ${email}`;
  if (user === undefined) return MISSING;
  return { status: 201, body: { accessToken: signed(`${user.id}.${Date.now() + LIFETIME_MS}`) } };
}

async function create({ userId, body }: Asked): Promise<Answer> {
  const now = new Date().toISOString();
  const { row, answer } = newInvoice(userId, body as CreateBody, now);
  await statements.create(row, eventOf('invoice.created', userId, randomUUID(), answer, creationOf(answer)));
  return { status: 201, body: answer };
}

/** Reads and changes the invoice; repeats that when somebody else has changed it in between. */
async function change(
  { userId, id }: Asked,
  write: (row: Row, now: string) => Promise<Answer | undefined>,
): Promise<Answer> {
  for (;;) {
    const row = await statements.get(userId, id);
    if (row === undefined) return MISSING;
    const answer = await write({ ...row, version: String(BigInt(String(row.version)) + 1n) }, new Date().toISOString());
    if (answer !== undefined) return answer;
  }
}

function update(asked: Asked): Promise<Answer> {
  return change(asked, async (row, now) => {
    const { memo } = asked.body as { memo: string };
    const answer = { ...row, memo };
    const changes = [{ field: 'memo', oldValue: row.memo, newValue: memo }];
    const isSaved = await statements.update(
      row,
      memo,
      now,
      eventOf('invoice.updated', asked.userId, randomUUID(), answer, changes),
    );
    return isSaved ? { status: 200, body: answer } : undefined;
  });
}

function send(asked: Asked): Promise<Answer> {
  return change(asked, async (row, now) => {
    const parties = await findParties(users, asked.userId, String(row.customerId));
    if (parties === undefined) return MISSING;
    const answer = { ...row, state: 'OPEN', ...parties };
    const changes = [{ field: 'state', oldValue: 'DRAFT', newValue: 'OPEN' }];
    const event = eventOf('invoice.sent', asked.userId, randomUUID(), answer, changes);
    const number = await statements.open(parties, now, event);
    return number === undefined ? undefined : { status: 200, body: { ...answer, number } };
  });
}

function pay(asked: Asked): Promise<Answer> {
  return change(asked, async (row, now) => {
    const { amountMinor } = asked.body as { amountMinor: string };
    const payment = {
      id: randomUUIDv7(),
      invoiceId: asked.id,
      amountMinor,
      createTime: now,
      currencyCode: row.currencyCode,
      ...PAYMENT_DEFAULTS,
    };
    const changes = [{ field: 'paidMinor', oldValue: row.paidMinor, newValue: amountMinor }];
    const event = eventOf('payment.recorded', asked.userId, randomUUID(), row, changes);
    return (await statements.pay(row, payment, now, event)) ? { status: 201, body: payment } : undefined;
  });
}

async function route(request: IncomingMessage, body: unknown): Promise<Answer> {
  const { method = '', url = '' } = request;
  if (url === '/readyz') return { status: 200, body: {} };
  if (url === '/sessions') return signIn(body);
  const userId = userOf(request.headers.authorization?.slice('Bearer '.length) ?? '');
  if (userId === undefined) return { status: 401, body: { title: 'Unauthorized' } };
  const [, resource, id = '', action = ''] = url.replace(/\?.*/, '').split('/');
  const asked = { userId, id, body };
  if (resource === 'stats')
    return { status: 200, body: statsOf(await readStats(stats, userId, new Date().toISOString().slice(0, 10))) };
  if (resource !== 'invoices') return MISSING;
  if (id === '') {
    if (method === 'POST') return create(asked);
    const rows = await statements.list(userId, 21);
    return { status: 200, body: { invoices: rows.slice(0, 20), nextPageToken: rows[20]?.id ?? '' } };
  }
  if (action === 'send') return send(asked);
  if (action === 'payments') return pay(asked);
  if (method === 'PATCH') return update(asked);
  const row = await statements.get(userId, id);
  return row === undefined ? MISSING : { status: 200, body: row };
}

function readBody(request: IncomingMessage): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('error', reject);
  request.on('end', () => resolve(JSON.parse(text)));
  return promise;
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, body } = await route(request, request.method === 'GET' ? undefined : await readBody(request));
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

createServer((request, response) => void serve(request, response)).listen(Number(PORT), '127.0.0.1');
