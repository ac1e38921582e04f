import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  RecurringInvoice_CatchUp,
  RecurringInvoice_Frequency,
  RecurringInvoice_State,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

const { ACTIVE, ENDED } = RecurringInvoice_State;
const { ALL, SKIP } = RecurringInvoice_CatchUp;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('ResumeRecurringInvoice', () => {
  test.each([
    ['all that passed is still to be made', ALL, {}, { state: ACTIVE, nextDate: '2026-03-03' }],
    ['what passed is skipped', SKIP, {}, { state: ACTIVE, nextDate: '2026-03-24' }],
    ['what passed is skipped, and was the last', SKIP, { count: 2 }, { state: ENDED, nextDate: '' }],
  ])('ends the pause: %s', async (_, catchUp, init, expected) => {
    const recurring = recurringOf(service, service.newOwner());
    const schedule = { frequency: RecurringInvoice_Frequency.WEEK, startDate: '2026-03-03', catchUp, ...init };
    const { id: recurringInvoiceId } = await recurring.make(schedule);
    await recurring.client.pauseRecurringInvoice({ recurringInvoiceId });
    service.clock.set('2026-03-20T12:00:00Z');
    const { recurringInvoice } = await recurring.client.resumeRecurringInvoice({ recurringInvoiceId });
    expect(recurringInvoice).toMatchObject({ ...expected, etag: '"3"' });
    expect(await recurring.get(recurringInvoiceId)).toEqual(recurringInvoice);
    expect((await service.eventsOf(recurringInvoiceId)).at(-1)).toMatchObject({
      topic: 'recurring-invoice.resumed',
      version: 3n,
      message: { changes: expect.arrayContaining([expect.objectContaining({ field: 'state', oldValue: 'PAUSED' })]) },
    });
  });

  test('changes nothing of one that is not paused, and answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const made = await recurring.make();
    const recurringInvoiceId = made.id;
    expect((await recurring.client.resumeRecurringInvoice({ recurringInvoiceId })).recurringInvoice).toEqual(made);
    await recurring.client.pauseRecurringInvoice({ recurringInvoiceId });
    const { client } = recurringOf(service, owner, { 'idempotency-key': 'resume-1' });
    const first = await client.resumeRecurringInvoice({ recurringInvoiceId });
    expect(await client.resumeRecurringInvoice({ recurringInvoiceId })).toEqual(first);
    expect(await service.eventsOf(recurringInvoiceId)).toHaveLength(3);
  });

  test("refuses another owner's, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: recurringInvoiceId } = await recurringOf(service, owner).make();
    const call = (headers = {}, caller = owner) =>
      recurringOf(service, caller, headers).client.resumeRecurringInvoice({ recurringInvoiceId });
    expect(await refusalOf(call({}, service.newOwner()))).toMatchObject({ reason: 'RECURRING_INVOICE_NOT_FOUND' });
    expect(await refusalOf(call({ 'if-match': '"9"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { client } = recurringOf(service, owner);
    expect(await refusalOf(client.resumeRecurringInvoice({ recurringInvoiceId: 'x' }))).toMatchObject({
      fields: ['recurring_invoice_id'],
    });
    const anonymous = service.client(RecurringInvoiceService).resumeRecurringInvoice({ recurringInvoiceId });
    expect(await refusalOf(anonymous)).toMatchObject({ code: Code.Unauthenticated });
  });
});
