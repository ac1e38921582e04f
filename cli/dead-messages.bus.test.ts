import { Connection } from 'rabbitmq-client';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createAmqpBus } from '../runtime/events/amqp-bus.ts';
import { countDeadMessages, DEAD_MESSAGES } from '../runtime/events/amqp-dead-messages.ts';
import { queueOf } from '../runtime/events/amqp-message.ts';
import { subscriptionDigestOf } from '../runtime/events/subscription-digest.ts';
import { raised, wireOf } from '../runtime/events/testing/counters.ts';
import { giveUp } from '../runtime/events/testing/dead-messages.ts';
import { serveMetrics } from '../runtime/metrics/metrics-server.ts';
import { silentLog } from '../runtime/process/log.ts';
import { HAS_IPV6, openWay } from '../runtime/testing/open-way.ts';
import { findRabbitmq } from '../runtime/testing/rabbitmq.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { waitUntil } from '../runtime/testing/wait-until.ts';
import { runCommand } from './commands.ts';

const url = await findRabbitmq();
const scratch = makeScratchDir('numer-dead-messages');
afterAll(() => scratch.remove());
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Runs a command with the broker and without Postgres; gives what it printed, and the reason when it fails. */
async function run(args: readonly string[], amqpUrl = url ?? ''): Promise<{ printed: string; failure: string }> {
  const environment = { AMQP_URL: amqpUrl, DATABASE_URL: 'postgres://127.0.0.1:1/postgres', PORT: '0' };
  for (const [name, value] of Object.entries({ ...environment, DATA_DIR: scratch.path })) vi.stubEnv(name, value);
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const failure = await runCommand(args).then(
    () => '',
    (error: Error) => error.message,
  );
  const printed = write.mock.calls.map(([line]) => String(line)).join('');
  write.mockRestore();
  return { printed, failure };
}

async function diagnose(): Promise<string | undefined> {
  return (await run(['doctor'])).printed.split('\n').find((line) => line.includes('  RabbitMQ: '));
}

describe.skipIf(url === undefined)('messages that RabbitMQ gave up', () => {
  let connection: Connection;
  const stopping: (() => Promise<unknown>)[] = [];
  beforeAll(() => {
    connection = new Connection(url ?? '');
    stopping.push(() => connection.close());
  });
  afterAll(async () => {
    for (const stop of stopping.reverse()) await stop();
  });

  test('are seen by the doctor and in the metrics, and can be sent again and dropped', async () => {
    expect(await diagnose()).toBe('ok    RabbitMQ: reached');
    const served = await serveMetrics('127.0.0.1', 0);
    stopping.push(() => served.stop());
    const gauge = async () => /^numer_rabbitmq_dead_messages .*/m.exec(await (await fetch(served.url)).text())?.[0];
    const topics = ['counter.raised'];
    const bus = createAmqpBus({
      url: url ?? '',
      name: 'test',
      subscribers: { counter: subscriptionDigestOf(topics) },
      log: silentLog(),
      metrics: served.metrics,
    });
    stopping.push(() => bus.close());
    const subscription = bus.subscribe({
      service: 'counter',
      topics,
      deliver: async (batch) => batch.map(() => false),
    });
    await waitUntil(() => bus.ready, { timeoutMs: 15_000 });
    await subscription.close(2_000);
    expect(await gauge()).toBe('numer_rabbitmq_dead_messages 0');

    const events = [1n, 2n].map((amount) => ({ ...wireOf(raised(amount)), target: undefined }));
    for (const event of events) await bus.publish([event]);
    const [first = '', second = ''] = events.map(({ id }) => id);
    await giveUp(connection, queueOf('counter'), 2);
    await waitUntil(async () => (await countDeadMessages(connection)) === 2);

    expect(await diagnose()).toMatch(/^FAIL {2}RabbitMQ: reached, but it gave up 2 messages; `npx numer dead-letters /);
    await waitUntil(async () => (await gauge()) === 'numer_rabbitmq_dead_messages 2');
    const { printed } = await run(['dead-letters', 'list', 'rabbitmq']);
    const lines = [first, second].map(
      (id) => `  ${id}  counter\\.raised  of numer\\.counter\\.event-batches  \\S+  \\d+ bytes\n`,
    );
    expect(printed).toMatch(new RegExp(`^rabbitmq: 2 dead messages\n${lines.join('')}$`));
    expect((await run(['dead-letters', 'drop', 'rabbitmq', second.toUpperCase()])).printed).toBe(
      'rabbitmq: 1 dropped\n',
    );
    expect((await run(['dead-letters', 'resend', 'rabbitmq'])).printed).toBe('rabbitmq: 1 sent again\n');
    expect(await diagnose()).toBe('ok    RabbitMQ: reached');
    const again = await connection.basicGet({ queue: queueOf('counter') });
    expect(again?.messageId).toBe(first);
  });

  test('are listed in one line each, whatever somebody put there by hand', async () => {
    const publisher = connection.createPublisher({ confirm: true });
    const messageId = 'a\nb\u001b[31m';
    await publisher.send({ routingKey: DEAD_MESSAGES, messageId, timestamp: 99_999_999_999_999 }, Buffer.of(0));
    await publisher.close();
    expect(await run(['dead-letters', 'list', 'rabbitmq'])).toEqual({
      printed:
        'rabbitmq: 1 dead message\n' +
        '  a\uFFFDb\uFFFD[31m  numer.dead  of no known queue  at an unknown time  1 byte\n',
      failure: '',
    });
    expect((await run(['dead-letters', 'drop', 'rabbitmq'])).printed).toBe('rabbitmq: 1 dropped\n');
  });

  test.runIf(HAS_IPV6)('are looked for and events published at an IPv6 address as well', async () => {
    const { port } = new URL(url ?? '');
    const way = await openWay({ host: '127.0.0.1', port: Number(port) }, { host: '::1' });
    stopping.push(async () => way.close());
    const amqpUrl = (url ?? '').replace(`127.0.0.1:${port}`, `[::1]:${way.port}`);
    expect((await run(['doctor'], amqpUrl)).printed).toContain('RabbitMQ: reached');
    const bus = createAmqpBus({ url: amqpUrl, name: 'test', subscribers: {}, log: silentLog() });
    stopping.push(() => bus.close());
    await waitUntil(() => bus.ready);
  });

  test('cannot be looked for without RabbitMQ, which is told without its password', async () => {
    expect(await run(['dead-letters', 'list', 'rabbitmq'], '')).toMatchObject({
      failure: 'AMQP_URL is not set, so no events go through RabbitMQ.',
    });
    expect(await run(['dead-letters', 'list', 'rabbitmq'], 'amqp://me:secret@127.0.0.1:1')).toEqual({
      printed: '',
      failure: 'RabbitMQ at 127.0.0.1:1 (AMQP_URL) cannot be reached (ECONNREFUSED).',
    });
  });
});
