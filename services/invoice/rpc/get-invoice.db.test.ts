import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_Action, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetInvoice', () => {
  test("answers for another owner's invoice exactly like for a missing one", async () => {
    const invoice = await service.newOwner().draft();
    const stranger = service.newOwner();
    const ofAnother = await refusalOf(stranger.invoices.getInvoice({ invoiceId: invoice.id }));
    expect(ofAnother).toMatchObject({ code: Code.NotFound, reason: 'INVOICE_NOT_FOUND' });
    expect(await refusalOf(stranger.invoices.getInvoice({ invoiceId: UNKNOWN_ID }))).toEqual(ofAnother);
  });

  test('refuses an id that is none, and calls of nobody', async () => {
    const { invoices } = service.newOwner();
    expect(await refusalOf(invoices.getInvoice({ invoiceId: '1' }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['invoice_id'],
    });
    const nobody = service.client(InvoiceService);
    expect(await refusalOf(nobody.getInvoice({ invoiceId: UNKNOWN_ID }))).toMatchObject({ code: Code.Unauthenticated });
  });

  test('changes nothing', async () => {
    const owner = service.newOwner();
    const { id } = await owner.open();
    const rows = () => service.db.$client`select *, xmin::text from invoices where id = ${id}`;
    const before = await rows();
    const events = await service.eventsOf(id);
    for (let count = 0; count < 3; count++) await owner.invoices.getInvoice({ invoiceId: id });
    await owner.invoices.listInvoices({});
    expect(await rows()).toEqual(before);
    expect(await service.eventsOf(id)).toEqual(events);
  });

  test('tells overdue by the local day of the user: from the day after the due date, without any job', async () => {
    service.clock.set('2026-03-01T12:00:00Z');
    const owner = service.newOwner({ timeZone: 'America/New_York' });
    const opened = await owner.open({ dueDate: '2026-03-10' });
    const read = async () => (await owner.invoices.getInvoice({ invoiceId: opened.id })).invoice;
    service.clock.set('2026-03-11T03:59:59Z');
    expect(await read()).toEqual(opened);
    service.clock.set('2026-03-11T04:00:00Z');
    expect(await read()).toMatchObject({ overdue: true, state: Invoice_State.OPEN, etag: '"2-overdue"' });
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('an etag from before the invoice became overdue still matches its version', async () => {
    const owner = service.newOwner();
    const opened = await owner.open({ dueDate: '2026-03-10' });
    service.clock.set('2026-03-20T12:00:00Z');
    const { invoice } = await owner.with({ 'if-match': opened.etag }).voidInvoice({ invoiceId: opened.id });
    expect(invoice?.state).toBe(Invoice_State.VOID);
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('the issue date of a draft without one follows the day, and so does its etag', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    expect(draft).toMatchObject({ issueDate: '2026-03-01', etag: '"1-2026-03-01"' });
    service.clock.set('2026-03-02T00:00:00Z');
    const { invoice } = await owner.invoices.getInvoice({ invoiceId: draft.id });
    expect(invoice).toMatchObject({ issueDate: '2026-03-02', etag: '"1-2026-03-02"' });
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('tells what can be done in each state', async () => {
    const {
      APPLY_CREDIT,
      DELETE,
      DUPLICATE,
      FINALIZE,
      ISSUE_CREDIT_NOTE,
      MARK_UNCOLLECTIBLE,
      PLAN_INSTALMENTS,
      RECORD_PAYMENT,
      RESEND,
      REVISE,
      SEND,
      UPDATE,
      VOID_INVOICE,
      WRITE_OFF,
    } = Invoice_Action;
    const owner = service.newOwner();
    expect((await owner.draft({ lines: [] })).availableActions).toEqual([UPDATE, DELETE, DUPLICATE]);
    expect((await owner.draft()).availableActions).toEqual([UPDATE, DELETE, FINALIZE, SEND, DUPLICATE]);
    const opened = await owner.open();
    expect(opened.availableActions).toEqual([
      RESEND,
      RECORD_PAYMENT,
      APPLY_CREDIT,
      ISSUE_CREDIT_NOTE,
      PLAN_INSTALMENTS,
      REVISE,
      WRITE_OFF,
      MARK_UNCOLLECTIBLE,
      VOID_INVOICE,
      DUPLICATE,
    ]);
    await owner.invoices.recordPayment({ invoiceId: opened.id, amountMinor: 1n });
    const { invoice } = await owner.invoices.getInvoice({ invoiceId: opened.id });
    expect(invoice).toMatchObject({
      partiallyPaid: true,
      availableActions: [
        RESEND,
        RECORD_PAYMENT,
        APPLY_CREDIT,
        ISSUE_CREDIT_NOTE,
        PLAN_INSTALMENTS,
        WRITE_OFF,
        MARK_UNCOLLECTIBLE,
        DUPLICATE,
      ],
    });
  });
});
