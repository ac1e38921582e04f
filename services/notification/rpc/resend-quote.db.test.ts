import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QuoteAcceptedSchema, QuoteSentSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { Notification_Kind } from '../../../gen/numer/notification/v1/notification_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { put } from '../testing/start-printer.ts';
import { type Resender, startResender } from '../testing/start-resender.ts';
import { testQuote } from '../testing/test-quote.ts';

let service: Resender;
beforeAll(async () => {
  service = await startResender();
  service.begin();
});
afterAll(() => service.stop());

/** A quote that was sent, of a user of its own. */
function newCase(fields: Parameters<typeof testQuote>[0] = {}) {
  const user = testUser('Europe/Berlin');
  const content = testQuote(fields);
  const invoice = { ...content.invoice, customerId: service.customerId };
  const quoteId = put(service.shelf.quotes, { ...content, invoice });
  const quote = { ...content, invoice, id: quoteId };
  const publish = (schema: typeof QuoteSentSchema | typeof QuoteAcceptedSchema) =>
    service.publish(schema, { quote, timeZone: user.timeZone }, { ownerId: user.userId });
  return {
    user,
    quoteId,
    send: () => publish(QuoteSentSchema),
    accept: () => publish(QuoteAcceptedSchema),
    resend: (request: { recipient?: string; message?: string } = {}, headers = {}) =>
      service.mails(user, headers).resendQuote({ quoteId, ...request }),
    rows: () => service.rowsOf(user.userId),
  };
}

describe('ResendQuote', () => {
  test('mails the quote again, to whomever and in the words that were asked for', async () => {
    const { resend, quoteId, rows } = newCase();
    const recipient = 'boss@hopper.example';
    const { notification } = await resend({ recipient, message: 'Here it is.' });
    expect(notification).toMatchObject({ kind: Notification_Kind.QUOTE_SENT, quoteId, invoiceId: '', recipient });
    // The last day on which it can be accepted ends at 22:00 UTC in Berlin.
    expect((await rows())[0]?.expireTime).toEqual(new Date('2026-03-31T22:00:00Z'));
    await service.work();
    expect(service.mailsTo(recipient)[0]?.mail.text).toContain('Hello Grace Hopper,\n\nHere it is.\n\n');
  });

  test.each([
    ['DRAFT', 'NOT_SENT'],
    ['EXPIRED', 'EXPIRED'],
    ['ACCEPTED', 'ACCEPTED'],
    ['DECLINED', 'DECLINED'],
    ['INVOICED', 'INVOICED'],
  ] as const)('refuses one that is %s', async (state, cause) => {
    const { resend, rows } = newCase({ state: Quote_State[state] });
    expect(await refusalOf(resend())).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'QUOTE_STATE',
      metadata: { state, action: 'RESEND', cause },
    });
    expect(await rows()).toEqual([]);
  });

  test('is not mailed again once it is answered, whichever is known first', async () => {
    for (const isAnsweredFirst of [true, false]) {
      const { send, accept, resend, rows } = newCase();
      await send();
      await service.work();
      const steps = [accept, resend];
      for (const step of isAnsweredFirst ? steps : steps.toReversed()) await step();
      await service.work();
      expect((await rows()).map(({ state }) => state).toSorted()).toEqual(['FAILED', 'SENT']);
    }
  });

  test('retried with the same key, queues one mail', async () => {
    const { resend, rows } = newCase();
    const headers = { 'idempotency-key': 'again' };
    expect(await resend({}, headers)).toEqual(await resend({}, headers));
    expect(await rows()).toHaveLength(1);
  });

  test('nobody mails what they have no right to', async () => {
    const quoteId = randomUUIDv7();
    expect(await refusalOf(service.mails().resendQuote({ quoteId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'QUOTE_NOT_FOUND',
    });
    expect((await refusalOf(service.nobody.resendQuote({ quoteId }))).reason).toBe('UNAUTHENTICATED');
    const invalid = service.mails().resendQuote({ quoteId: 'x', recipient: 'x', message: '\u0007' });
    expect((await refusalOf(invalid)).fields).toEqual(['quote_id', 'recipient', 'message']);
  });
});
