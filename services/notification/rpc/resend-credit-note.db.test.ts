import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Notification_Kind } from '../../../gen/numer/notification/v1/notification_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { put } from '../testing/start-printer.ts';
import { type Resender, startResender } from '../testing/start-resender.ts';
import { testCreditNote } from '../testing/test-credit-note.ts';

let service: Resender;
beforeAll(async () => {
  service = await startResender();
});
afterAll(() => service.stop());

/** A credit note of the user's. */
function newCase() {
  const invoiceId = randomUUIDv7();
  const content = testCreditNote({ invoiceId, customerId: service.customerId });
  const creditNoteId = put(service.shelf.creditNotes, content);
  return {
    invoiceId,
    creditNoteId,
    resend: (request: { recipient?: string; message?: string } = {}, headers = {}) =>
      service.mails(service.user, headers).resendCreditNote({ creditNoteId, ...request }),
  };
}

describe('ResendCreditNote', () => {
  test('mails the credit note, and tells which of its invoice it is', async () => {
    const { resend, invoiceId, creditNoteId } = newCase();
    const { notification } = await resend({ message: 'For your books.' });
    expect(notification).toMatchObject({
      kind: Notification_Kind.CREDIT_NOTE_ISSUED,
      invoiceId,
      creditNoteId,
      quoteId: '',
      recipient: 'grace@hopper.example',
    });
    const notificationId = notification?.id ?? '';
    expect((await service.mails().getNotification({ notificationId })).notification).toEqual(notification);
    expect((await service.eventsOf(notificationId))[0]?.message).toMatchObject({
      changes: [
        { field: 'kind', newValue: 'CREDIT_NOTE_ISSUED' },
        { field: 'invoiceId', newValue: invoiceId },
        { field: 'creditNoteId', newValue: creditNoteId },
        { field: 'recipient' },
        { field: 'message' },
      ],
    });
    await service.work();
    const [mail] = service.mailsTo('grace@hopper.example');
    expect(mail?.mail.text).toContain('Hello Grace,\n\nFor your books.\n\n');
    expect(mail?.mail.text).toContain('20.00 EUR of it reduces the amount due on the invoice.');
  });

  test('is limited for each credit note of an invoice by itself', async () => {
    const [one, other] = [newCase(), newCase()];
    for (let count = 0; count < 5; count += 1) await one.resend();
    expect(await refusalOf(one.resend())).toMatchObject({ code: Code.ResourceExhausted, reason: 'RATE_LIMITED' });
    await other.resend();
  });

  test('retried with the same key, queues one mail', async () => {
    const { resend, creditNoteId } = newCase();
    const headers = { 'idempotency-key': 'again' };
    expect(await resend({}, headers)).toEqual(await resend({}, headers));
    const rows = await service.rowsOf(service.user.userId);
    expect(rows.filter((row) => row.creditNoteId === creditNoteId)).toHaveLength(1);
  });

  test('nobody mails what they have no right to', async () => {
    const creditNoteId = randomUUIDv7();
    expect(await refusalOf(service.mails().resendCreditNote({ creditNoteId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'CREDIT_NOTE_NOT_FOUND',
    });
    expect((await refusalOf(service.nobody.resendCreditNote({ creditNoteId }))).reason).toBe('UNAUTHENTICATED');
    const invalid = service.mails().resendCreditNote({ creditNoteId: 'x', recipient: 'x', message: '\u0007' });
    expect((await refusalOf(invalid)).fields).toEqual(['credit_note_id', 'recipient', 'message']);
  });
});
