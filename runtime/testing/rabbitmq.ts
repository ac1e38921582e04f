import { askFixture } from './ask-fixture.ts';
import { makeThrowAwayRabbitmq, type ThrowAwayRabbitmq } from './throw-away-rabbitmq.ts';

/**
 * Connection string of an empty virtual host on the run's RabbitMQ, which the first caller starts; undefined when there
 * is no RabbitMQ. The suite should then be skipped, and the run ends with a warning. AMQP_TEST_URL names a broker to
 * use instead, with one virtual host for all: then run one file at a time (`--no-file-parallelism`).
 *
 * Use: `const url = await findRabbitmq(); describe.skipIf(url === undefined)(...)`.
 *
 * @throws Error when there is none though REQUIRE_RABBITMQ=1, or it does not start
 */
export async function findRabbitmq(): Promise<string | undefined> {
  return (await askFixture('rabbitmq')) || undefined;
}

/**
 * A broker that belongs to the caller alone and is not started yet, for tests of outages; undefined when RabbitMQ is not
 * installed, as with `findRabbitmq`. Call `remove` in `afterAll`.
 *
 * @throws Error when there is none at all though REQUIRE_RABBITMQ=1
 */
export async function findOwnRabbitmq(): Promise<ThrowAwayRabbitmq | undefined> {
  const program = await askFixture('rabbitmq-program');
  return program === '' ? undefined : makeThrowAwayRabbitmq(program, 1);
}
