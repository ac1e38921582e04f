import { Connection } from 'rabbitmq-client';
import { describe, expect, test } from 'vitest';
import { findRabbitmq } from './rabbitmq.ts';

const url = await findRabbitmq();

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
