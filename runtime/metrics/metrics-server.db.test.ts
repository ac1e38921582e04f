import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { prepareReadBacklog } from '../events/backlog.ts';
import { type CounterDatabase, createCounterDatabase, raised, writeEvents } from '../events/testing/counters.ts';
import { type ServedMetrics, serveMetrics } from './metrics-server.ts';

let database: CounterDatabase;
let served: ServedMetrics;
beforeAll(async () => {
  database = await createCounterDatabase();
});
afterAll(() => database.close());
beforeAll(async () => {
  served = await serveMetrics('127.0.0.1', 0);
});
afterAll(() => served.stop());
afterEach(async () => {
  await database.db.execute(sql`truncate outbox`);
});

async function read(): Promise<string> {
  const answer = await fetch(served.url);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  return answer.text();
}

test('whatever methods callers make up, they are one series', async () => {
  for (const method of ['GET', 'get', 'PROPFIND', 'x1', 'x2']) {
    served.metrics.requestAnswered({ method, route: '', status: 404, seconds: 0.001 });
  }
  const lines = (await read())
    .split('\n')
    .filter((line) => line.startsWith('http_server_request_duration_seconds_count'));
  const label = (method: string) => `{http_request_method="${method}",http_route="",http_response_status_code="404"}`;
  const name = 'http_server_request_duration_seconds_count';
  expect(lines).toEqual([`${name}${label('GET')} 1`, `${name}${label('_OTHER')} 4`]);
});

test('what waits is looked up when it is read', async () => {
  served.metrics.ofService('invoice').watchBacklog(prepareReadBacklog(database.db));
  expect(await read()).toContain('numer_outbox_events{service="invoice"} 0\n');
  const hourAgo = new Date(Date.now() - 3_600_000);
  await writeEvents(database.db, [
    { ...raised(1n), create_time: hourAgo },
    { ...raised(2n), create_time: hourAgo },
  ]);
  const text = await read();
  expect(text).toContain('numer_outbox_events{service="invoice"} 2\n');
  expect(text).toContain('numer_dead_letters{service="invoice"} 0\n');
  const age = Number(/numer_outbox_oldest_event_age_seconds\{service="invoice"\} (\S+)/.exec(text)?.[1]);
  expect(age).toBeGreaterThanOrEqual(3_600);
  expect(age).toBeLessThan(3_700);
});

test('of a service without its database, all but what waits can still be read', async () => {
  const metrics = served.metrics.ofService('stats');
  metrics.watchBacklog(async () => ({ waiting: 3, oldestSeconds: 1, retrying: 0, deadLetters: 0 }));
  metrics.eventsPublished(5);
  expect(await read()).toContain('numer_outbox_events{service="stats"} 3\n');
  metrics.watchBacklog(() => Promise.reject(new Error('away')));
  const text = await read();
  expect(text).not.toContain('numer_outbox_events{service="stats"}');
  expect(text).toContain('numer_events_published_total{service="stats"} 5\n');
});

test('metrics that cannot be read are an answer, and end no process', async () => {
  const metrics = served.metrics.ofService('user');
  metrics.watchBacklog(() => {
    throw new Error('a defect');
  });
  const answer = await fetch(served.url);
  expect([answer.status, await answer.text()]).toEqual([500, 'The metrics cannot be read now.\n']);
  metrics.watchBacklog(async () => ({ waiting: 0, oldestSeconds: 0, retrying: 0, deadLetters: 0 }));
  expect((await fetch(served.url)).status).toBe(200);
});

test('a port that is taken is told with the variable to change', async () => {
  const port = Number(new URL(served.url).port);
  await expect(serveMetrics('127.0.0.1', port)).rejects.toThrow(
    `Port ${port} for metrics is taken. Choose another with METRICS_PORT.`,
  );
});

test('nothing else is served there', async () => {
  expect((await fetch(new URL('/', served.url))).status).toBe(404);
  expect((await fetch(served.url, { method: 'POST', body: 'x' })).status).toBe(404);
});

test('what RabbitMQ gave up is told by no process without RabbitMQ, and by none while that is away', async () => {
  const ofDead = async () =>
    (await read()).split('\n').filter((line) => line.startsWith('numer_rabbitmq_dead_messages'));
  expect(await ofDead()).toEqual([]);
  served.metrics.watchDeadMessages(async () => 2);
  expect(await ofDead()).toEqual(['numer_rabbitmq_dead_messages 2']);
  served.metrics.watchDeadMessages(() => Promise.reject(new Error('away')));
  expect(await ofDead()).toEqual([]);
});
