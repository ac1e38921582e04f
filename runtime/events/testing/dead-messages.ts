import type { Connection } from 'rabbitmq-client';

/** How often RabbitMQ delivers a message of our queues that comes back each time. */
const DELIVERIES = 101;

/**
 * Makes RabbitMQ give up all messages of a queue, of which there are `count`, as processes do that end each time they
 * hold one.
 */
export async function giveUp(connection: Connection, queue: string, count: number): Promise<void> {
  const channel = await connection.acquire();
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let left = DELIVERIES * count;
  await channel.basicConsume({ queue }, ({ deliveryTag }) => {
    channel.basicNack({ deliveryTag, requeue: true });
    left -= 1;
    if (left === 0) resolve();
  });
  await over;
  await channel.close();
}
