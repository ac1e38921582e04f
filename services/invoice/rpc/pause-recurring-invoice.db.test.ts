import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RecurringInvoice_State } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('PauseRecurringInvoice', () => {
  test('pauses it, once however often it is asked for, and tells of it', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const made = await recurring.make();
    const pause = () => recurring.client.pauseRecurringInvoice({ recurringInvoiceId: made.id });
    const answers = await Promise.all(Array.from({ length: 5 }, pause));
    for (const { recurringInvoice } of answers) {
      expect(recurringInvoice).toMatchObject({
        state: RecurringInvoice_State.PAUSED,
        nextDate: '2026-03-31',
        etag: '"2"',
      });
    }
    expect(await service.eventsOf(made.id)).toMatchObject([
      { topic: 'recurring-invoice.created' },
      {
        topic: 'recurring-invoice.paused',
        version: 2n,
        actor: owner.identity.actor,
        message: { changes: [{ field: 'state', oldValue: 'ACTIVE', newValue: 'PAUSED' }] },
      },
    ]);
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const { id: recurringInvoiceId } = await recurringOf(service, owner).make();
    const { client } = recurringOf(service, owner, { 'idempotency-key': 'pause-1' });
    const first = await client.pauseRecurringInvoice({ recurringInvoiceId });
    await recurringOf(service, owner).client.resumeRecurringInvoice({ recurringInvoiceId });
    expect(await client.pauseRecurringInvoice({ recurringInvoiceId })).toEqual(first);
    expect((await recurringOf(service, owner).get(recurringInvoiceId)).state).toBe(RecurringInvoice_State.ACTIVE);
  });

  test('pauses nothing when it is retried after a later end, even if it changed nothing the first time', async () => {
    const owner = service.newOwner();
    const { client, make, get } = recurringOf(service, owner);
    const { id: recurringInvoiceId } = await make();
    await client.pauseRecurringInvoice({ recurringInvoiceId });
    const retried = recurringOf(service, owner, { 'idempotency-key': 'pause-2' }).client;
    const first = await retried.pauseRecurringInvoice({ recurringInvoiceId });
    await client.resumeRecurringInvoice({ recurringInvoiceId });
    expect(await retried.pauseRecurringInvoice({ recurringInvoiceId })).toEqual(first);
    expect((await get(recurringInvoiceId)).state).toBe(RecurringInvoice_State.ACTIVE);
  });

  test('refuses one that has ended', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id: recurringInvoiceId } = await recurring.make({ startDate: '2026-03-01', count: 1 });
    const job = startReplica(service);
    await job.run();
    await job.stop();
    for (const action of ['PAUSE', 'RESUME'] as const) {
      const { client } = recurring;
      const call =
        action === 'PAUSE'
          ? client.pauseRecurringInvoice({ recurringInvoiceId })
          : client.resumeRecurringInvoice({ recurringInvoiceId });
      expect(await refusalOf(call)).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'RECURRING_INVOICE_STATE',
        metadata: { state: 'ENDED', action },
      });
    }
  });

  test("refuses another owner's, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: recurringInvoiceId } = await recurringOf(service, owner).make();
    const call = (headers = {}, caller = owner) =>
      recurringOf(service, caller, headers).client.pauseRecurringInvoice({ recurringInvoiceId });
    expect(await refusalOf(call({}, service.newOwner()))).toMatchObject({ reason: 'RECURRING_INVOICE_NOT_FOUND' });
    expect(await refusalOf(call({ 'if-match': '"9"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { client } = recurringOf(service, owner);
    expect(await refusalOf(client.pauseRecurringInvoice({ recurringInvoiceId: 'x' }))).toMatchObject({
      fields: ['recurring_invoice_id'],
    });
    const anonymous = service.client(RecurringInvoiceService).pauseRecurringInvoice({ recurringInvoiceId });
    expect(await refusalOf(anonymous)).toMatchObject({ code: Code.Unauthenticated });
  });
});
