import { Connection } from 'rabbitmq-client';
import { amqpAddress } from '../runtime/events/amqp-address.ts';
import { codeOf } from '../runtime/events/failure-reason.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects to RabbitMQ, gives the result of `use`, and disconnects.
 *
 * @throws Error in plain words when RabbitMQ cannot be reached or goes away; what `use` throws
 */
export async function useBroker<Result>(
  url: string,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const timeouts = { connectionTimeout: CONNECT_TIMEOUT_MS, acquireTimeout: CONNECT_TIMEOUT_MS };
  // Without noDelay, each message that is sent again waits 40 ms for its last packet.
  const connection = new Connection({
    url,
    socket: amqpAddress(url),
    ...timeouts,
    retryHigh: CONNECT_TIMEOUT_MS,
    noDelay: true,
  });
  const { promise: connected, resolve } = Promise.withResolvers<void>();
  const { promise: lost, reject } = Promise.withResolvers<never>();
  connection.on('connection', () => resolve());
  connection.on('error', (cause) => {
    // Never the whole URL, because it contains a password.
    const place = `RabbitMQ at ${new URL(url).host} (AMQP_URL)`;
    reject(new Error(`${place} cannot be reached (${codeOf(cause)}).`, { cause }));
  });
  try {
    return await Promise.race([connected.then(() => use(connection)), lost]);
  } finally {
    connection.unsafeDestroy();
  }
}
