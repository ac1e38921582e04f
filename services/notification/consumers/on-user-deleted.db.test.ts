import { randomUUIDv7 } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceSentSchema, InvoiceVoidedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { MailSettingsService } from '../../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { eraseAccounts } from '../../../runtime/erasure.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { prepareEraseMails } from '../store/erase-mails.ts';
import { deletedOwners, mailRetractions, mailSettings } from '../store/schema.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { testInvoice } from '../testing/test-invoice.ts';

let service: QueueTestService;
beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());

async function erase(): Promise<void> {
  const store = { eraseNext: prepareEraseMails(service.db) };
  await eraseAccounts.run({ store }, service.clock.now(), new AbortController().signal);
}

describe('UserDeleted', () => {
  test('erases what mails hold of people, drops those in the queue, and refuses those to come', async () => {
    const [ownerId, otherId] = [randomUUIDv7(), randomUUIDv7()];
    for (const owner of [ownerId, ownerId, otherId]) {
      await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId: owner });
    }
    const [sent] = await service.rowsOf(ownerId);
    await service.publish(InvoiceVoidedSchema, { invoice: testInvoice() }, { ownerId });
    // As a replica of the previous version settles it, which does not know that a document goes with it.
    await service.db.execute(sql`
      update notifications set state = 'SENT', send_time = now(), next_attempt_time = null, printed = '{"title": "Invoice"}'
      where id = ${sent?.id}`);

    await service.client(MailSettingsService, { ...testUser(), userId: ownerId }).updateMailSettings({
      settings: { attachPdf: true },
      updateMask: { paths: ['attach_pdf'] },
    });

    const deletion = await service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId });
    await service.publish(UserDeletedSchema, { userId: ownerId }, { ...deletion });
    await erase();
    await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId });
    await service.publish(InvoiceVoidedSchema, { invoice: testInvoice() }, { ownerId });

    const kept = await service.rowsOf(ownerId);
    expect(kept).toMatchObject([
      {
        id: sent?.id,
        state: 'SENT',
        recipient: '',
        senderName: '',
        replyTo: '',
        subject: '',
        textBody: '',
        htmlBody: '',
        error: '',
        printed: null,
      },
    ]);
    expect(kept).toHaveLength(1);
    for (const table of [mailSettings, mailRetractions]) {
      expect(await service.db.select().from(table).where(eq(table.ownerId, ownerId))).toEqual([]);
    }
    expect(await service.rowsOf(otherId)).toMatchObject([{ recipient: 'grace@hopper.example' }]);
  });

  test('erases step by step, however much there is', async () => {
    const ownerId = randomUUIDv7();
    for (let count = 0; count < 6; count++) {
      await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId });
    }
    await service.db.execute(sql`
      update notifications set state = 'SENT', send_time = now(), next_attempt_time = null
      where id in (select id from notifications where owner_id = ${ownerId} limit 3)`);
    await service.db.insert(deletedOwners).values({ ownerId, deleteTime: new Date() });
    const eraseNext = prepareEraseMails(service.db, 2);
    const lefts: string[][] = [];
    do
      lefts.push((await service.rowsOf(ownerId)).filter(({ recipient }) => recipient !== '').map(({ state }) => state));
    while (await eraseNext());
    // Queued mails are deleted first.
    expect(lefts.map((left) => left.length)).toEqual([6, 4, 3, 1, 0, 0]);
    expect(lefts[2]).toEqual(['SENT', 'SENT', 'SENT']);
    expect(await service.rowsOf(ownerId)).toHaveLength(3);
  });

  test('misses no mail that is queued at the same moment', async () => {
    const owners = Array.from({ length: 20 }, () => randomUUIDv7());
    await Promise.all(
      owners.flatMap((ownerId) => [
        service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId }),
        service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId }),
        service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId }),
      ]),
    );
    await erase();
    for (const ownerId of owners) expect(await service.rowsOf(ownerId)).toEqual([]);
  });
});
