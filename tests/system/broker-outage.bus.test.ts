import { Connection } from 'rabbitmq-client';
import { afterAll, describe, expect, test } from 'vitest';
import { findOwnRabbitmq } from '../../runtime/testing/rabbitmq.ts';
import { openBusiness } from './testing/business.ts';
import { useNumer } from './testing/use-numer.ts';
import { walkFromSignUpToPaidInvoice } from './testing/walk.ts';

/** The broker takes some ten seconds to start. More requests than these are no different: only the outbox waits for it. */
const OUTAGE_REQUESTS_MAX = 100;

const broker = await findOwnRabbitmq();
await broker?.start();
const amqpUrl = broker?.nextUrl() ?? '';

describe.skipIf(broker === undefined)('with RabbitMQ', () => {
  afterAll(() => broker?.remove());
  const numer = useNumer({ environment: { AMQP_URL: amqpUrl } });
  const url = () => numer().url;

  test('every request succeeds while the broker is down, and all events arrive afterwards, once', async () => {
    // The callers do not retry: the first failed request ends the test.
    const [before, during] = await Promise.all([openBusiness(url), openBusiness(url)]);
    await Promise.all([before.handleInvoice(), before.handleInvoice()]);
    await broker?.stop();
    let isOver = false;
    const started = broker?.start().then(() => {
      isOver = true;
    });
    do await during.handleInvoice();
    while (!isOver && during.acknowledged < OUTAGE_REQUESTS_MAX);
    await started;
    // The system has yet to notice, so it connects and publishes what waits among these requests.
    for (let invoice = 0; invoice < 3; invoice += 1) await during.handleInvoice();

    await before.expectNothingLostOrRepeated();
    await during.expectNothingLostOrRepeated();
    expect(numer().mailFiles()).toHaveLength(before.mails + during.mails);
  }, 120_000);

  test('survives messages that nobody can read', async () => {
    const connection = new Connection({ url: amqpUrl });
    connection.on('error', () => undefined);
    const publisher = connection.createPublisher({ confirm: true });
    const exchange = 'numer.event-batches';
    const type = 'numer.events.v1.EventBatch';
    const messages = [
      { type, messageId: 'no-uuid', body: Buffer.from('garbage') },
      { type, messageId: '01a20306-0400-7b32-833b-7f949d76e486', body: Buffer.alloc(1_000, 0xff) },
      { type: 'numer.invoice.v1.Unheard', messageId: '01a20306-0400-7b32-833b-7f949d76e487', body: Buffer.alloc(0) },
      { body: Buffer.from('{}') },
    ];
    for (const { body, ...attributes } of messages) {
      await publisher.send({ exchange, routingKey: 'invoice.sent', durable: true, ...attributes }, body);
    }
    await publisher.close();
    await connection.close();

    await walkFromSignUpToPaidInvoice(url);
    expect((await fetch(`${numer().url}/readyz`)).status).toBe(200);
  }, 60_000);
});
