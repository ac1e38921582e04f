import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { onInvoiceChanged } from '../consumers/on-invoice-changed.ts';
import { sendDueReminders } from '../jobs/send-due-reminders.ts';
import { planOf } from '../testing/plan-of.ts';
import { eventOf, type ReminderTestService, startReminderService } from '../testing/start-reminder-service.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterAll(() => service.stop());

describe('ResumeReminders', () => {
  test('lets what is still to come be sent again', async () => {
    const owner = service.newOwner();
    const invoice = service.invoices.add(owner.identity, { state: Invoice_State.OPEN });
    const { id: invoiceId } = invoice.message;
    await onInvoiceChanged.apply(service.deps, [eventOf(InvoiceSentSchema, invoice)]);
    await owner.reminders.pauseReminders({ invoiceId });
    const scanAt = async (time: string) => {
      service.clock.set(time);
      await sendDueReminders.run(service.deps, service.clock.now(), new AbortController().signal);
    };
    await scanAt('2026-03-24T09:00:00Z');
    const resume = () => owner.reminders.resumeReminders({ invoiceId });
    expect((await resume()).plan).toMatchObject({ invoiceId, paused: false });
    await Promise.all([resume(), resume()]);
    await scanAt('2026-03-28T09:00:00Z');
    expect(planOf(await service.rowsOf(invoiceId))).toEqual([
      '-7 2026-03-24T09:00 CANCELLED PAUSED',
      '-3 2026-03-28T09:00 SENT',
      '0 2026-03-31T09:00 SCHEDULED',
      '7 2026-04-07T09:00 SCHEDULED',
    ]);
    expect(await service.eventsOf(owner.identity.userId, 'reminder.resumed')).toMatchObject([
      {
        subject: invoiceId,
        version: 2n,
        message: {
          plan: { invoiceId, paused: false },
          changes: [{ field: 'paused', oldValue: 'true', newValue: 'false' }],
        },
      },
    ]);
  });

  test('changes nothing of an invoice that is not paused', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = service.invoices.add(owner.identity).message;
    expect((await owner.reminders.resumeReminders({ invoiceId })).plan).toMatchObject({ invoiceId, paused: false });
    expect(await service.eventsOf(owner.identity.userId, 'reminder.resumed')).toEqual([]);
  });

  test('knows nobody else’s invoices', async () => {
    const { id: invoiceId } = service.invoices.add(service.newOwner().identity).message;
    expect(await refusalOf(service.newOwner().reminders.resumeReminders({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
  });

  test('refuses what is no id, and callers who are nobody', async () => {
    const refusal = await refusalOf(service.newOwner().reminders.resumeReminders({ invoiceId: 'x' }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: ['invoice_id'] });
    const call = service.client(ReminderService).resumeReminders({ invoiceId: 'x' });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated });
  });
});
