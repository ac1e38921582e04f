import { Connection } from 'rabbitmq-client';
import { afterAll, describe, expect, test } from 'vitest';
import { findRabbitmq, startOwnRabbitmq } from './rabbitmq.ts';

const url = await findRabbitmq();
const own = await startOwnRabbitmq();
afterAll(() => own?.remove());

/** Opens a connection for the length of `use`. */
async function withConnection<T>(to: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection({ url: to, connectionTimeout: 5_000, acquireTimeout: 5_000 });
  connection.on('error', () => undefined);
  try {
    return await use(connection);
  } finally {
    connection.unsafeDestroy();
  }
}

const QUEUE = { queue: 'kept', durable: true, arguments: { 'x-queue-type': 'quorum' } } as const;

describe.skipIf(url === undefined)('the shared broker', () => {
  test('gives each caller a virtual host of its own, where quorum queues work', async () => {
    const other = await findRabbitmq();
    if (process.env.AMQP_TEST_URL === undefined) expect(other).not.toBe(url);
    await withConnection(url ?? '', async (connection) => {
      const publisher = connection.createPublisher({ confirm: true, queues: [QUEUE] });
      await publisher.send('kept', 'hello');
      const message = await connection.basicGet({ queue: 'kept', noAck: true });
      expect(String(message?.body)).toBe('hello');
    });
  });
});

describe.skipIf(own === undefined)('a broker of its own', () => {
  test('is away during an outage, and has its messages after it', { timeout: 120_000 }, async () => {
    const to = own?.nextUrl() ?? '';
    await withConnection(to, async (connection) => {
      await connection
        .createPublisher({ confirm: true, queues: [QUEUE] })
        .send({ routingKey: 'kept', durable: true }, 'x');
    });
    await own?.stop();
    await expect(withConnection(to, (connection) => connection.onConnect(1_000))).rejects.toThrow();
    await own?.start();
    await withConnection(to, async (connection) => {
      const message = await connection.basicGet({ queue: 'kept', noAck: true });
      expect(String(message?.body)).toBe('x');
    });
  });
});
