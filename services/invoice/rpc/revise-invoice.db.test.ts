import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { FACTS } from '../testing/full-draft.ts';
import {
  type InvoiceTestService,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

async function revise(owner: Owner, invoiceId: string) {
  return required((await owner.invoices.reviseInvoice({ invoiceId })).invoice);
}

describe('ReviseInvoice', () => {
  test('makes a draft with the same content and dates that names what it replaces', async () => {
    const owner = service.newOwner();
    const original = await owner.open(FACTS);
    const revision = await revise(owner, original.id);
    expect(revision).toMatchObject({
      ...FACTS,
      state: Invoice_State.DRAFT,
      number: '',
      revisesInvoiceId: original.id,
      revisesInvoiceNumber: 'INV-00001',
      issueDate: original.issueDate,
      dueDate: original.dueDate,
      totalMinor: original.totalMinor,
    });
    expect(await owner.get(original.id)).toEqual(original);
    expect((await service.eventsOf(revision.id))[0]?.message.changes).toContainEqual(
      expect.objectContaining({ field: 'revisesInvoiceId', newValue: original.id }),
    );
  });

  test.each(['sendInvoice', 'finalizeInvoice'] as const)('its opening voids the original: %s', async (open) => {
    const owner = service.newOwner();
    const original = await owner.open();
    const draft = await revise(owner, original.id);
    await owner.invoices.updateInvoice({
      invoice: { id: draft.id, memo: 'Corrected' },
      updateMask: { paths: ['memo'] },
    });
    const { invoice: revision } = await owner.invoices[open]({ invoiceId: draft.id });
    const replaced = { revisesInvoiceId: original.id, revisesInvoiceNumber: 'INV-00001' };
    expect(revision).toMatchObject({ state: Invoice_State.OPEN, number: 'INV-00002', ...replaced });
    expect(await owner.get(draft.id)).toEqual(revision);
    expect((await service.eventsOf(draft.id)).at(-1)?.message.invoice).toMatchObject(replaced);
    const voided = await owner.get(original.id);
    expect(voided).toMatchObject({
      state: Invoice_State.VOID,
      number: 'INV-00001',
      revisedByInvoiceId: draft.id,
      voidTime: required(revision).openTime,
    });
    const [, , event] = await service.eventsOf(original.id);
    const message = {
      invoice: voided,
      revisedByInvoiceNumber: 'INV-00002',
      revisionSent: open === 'sendInvoice',
      revisedForOtherCustomer: false,
    };
    expect(event).toMatchObject({ topic: 'invoice.voided', version: 3n, message });
    expect(event?.message.changes).toMatchObject([
      { field: 'revisedByInvoiceId', newValue: draft.id },
      { field: 'state', oldValue: 'OPEN', newValue: 'VOID' },
    ]);
  });

  test('corrects an invoice over nothing, which was paid at once', async () => {
    const owner = service.newOwner();
    const original = await owner.open({ discountPercent: '100' });
    const { id: invoiceId } = await revise(owner, original.id);
    await owner.invoices.finalizeInvoice({ invoiceId });
    const voided = await owner.get(original.id);
    expect(voided).toMatchObject({ state: Invoice_State.VOID, revisedByInvoiceId: invoiceId });
    expect(voided.payTime).toBeUndefined();
    expect((await service.eventsOf(original.id)).at(-1)?.message.invoice).toEqual(voided);
  });

  test('its opening tells of the original whether it is for another customer', async () => {
    const owner = service.newOwner();
    const original = await owner.open();
    const draft = await revise(owner, original.id);
    const { id: customerId } = service.userService.addCustomer(owner.identity.userId);
    await owner.invoices.updateInvoice({
      invoice: { id: draft.id, customerId },
      updateMask: { paths: ['customer_id'] },
    });
    await owner.invoices.finalizeInvoice({ invoiceId: draft.id });
    expect((await service.eventsOf(original.id)).at(-1)?.message).toMatchObject({ revisedForOtherCustomer: true });
  });

  describe('names the number of the original, where a replica of the version before does not know it,', () => {
    /** The draft of a revision as made by such a replica. */
    async function draftWithoutNumber(owner: Owner): Promise<string> {
      const { id } = await revise(owner, (await owner.open()).id);
      await service.db.$client`update invoices set revises_invoice_number = null where id = ${id}`;
      return id;
    }

    test('when it made the draft', async () => {
      const owner = service.newOwner();
      const invoiceId = await draftWithoutNumber(owner);
      const { invoice } = await owner.invoices.finalizeInvoice({ invoiceId });
      expect(invoice).toMatchObject({ revisesInvoiceNumber: 'INV-00001' });
      expect(await owner.get(invoiceId)).toEqual(invoice);
    });

    test('when it opens it as well', async () => {
      const owner = service.newOwner();
      const id = await draftWithoutNumber(owner);
      await service.db.$client`
        update invoices set version = 2, state = 'OPEN', number = 'R-1', issue_date = due_date, seller = '{}', customer = '{}'
        where id = ${id}`;
      expect(await owner.get(id)).toMatchObject({ number: 'R-1', revisesInvoiceNumber: 'INV-00001' });
    });
  });

  test('of two revisions of one invoice, one is opened, and it alone takes a number', async () => {
    const owner = service.newOwner();
    const original = await owner.open();
    const drafts = [await revise(owner, original.id), await revise(owner, original.id)];
    const results = await Promise.allSettled(
      drafts.map(({ id: invoiceId }) => owner.invoices.sendInvoice({ invoiceId })),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await owner.open()).number).toBe('INV-00003');
  });

  test('of a payment of the original and the opening of its revision at once, one wins', async () => {
    const owner = service.newOwner();
    const original = await owner.open();
    const { id: invoiceId } = await revise(owner, original.id);
    const results = await Promise.allSettled([
      owner.invoices.recordPayment({ invoiceId: original.id, amountMinor: 1n }),
      owner.invoices.sendInvoice({ invoiceId }),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { state, paidMinor } = await owner.get(original.id);
    expect(state === Invoice_State.VOID).toBe(paidMinor === 0n);
  });

  test('is refused, and cannot be opened any more, once the original has a payment', async () => {
    const owner = service.newOwner();
    const original = await owner.open();
    const { id: invoiceId } = await revise(owner, original.id);
    await owner.invoices.recordPayment({ invoiceId: original.id, amountMinor: 1n });
    for (const call of [
      () => owner.invoices.reviseInvoice({ invoiceId: original.id }),
      () => owner.invoices.sendInvoice({ invoiceId }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_HAS_PAYMENTS',
      });
    }
    await expect(owner.invoices.sendInvoice({ invoiceId })).rejects.toThrow(
      'This invoice replaces INV-00001, which cannot be voided: the invoice has payments, so it cannot be voided; credit it instead.',
    );
    expect((await owner.open()).number).toBe('INV-00002');
  });

  test('refuses drafts, what is void and what is paid', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const voided = await owner.open();
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const paid = await owner.open();
    await owner.invoices.recordPayment({ invoiceId: paid.id, amountMinor: paid.dueMinor });
    for (const [{ id: invoiceId }, cause] of [
      [draft, 'NOT_OPENED'],
      [voided, 'VOIDED'],
      [paid, 'PAID'],
    ] as const) {
      expect(await refusalOf(owner.invoices.reviseInvoice({ invoiceId }))).toMatchObject({
        reason: 'INVOICE_STATE',
        metadata: { cause },
      });
    }
  });

  test('replaces an uncollectible invoice as well', async () => {
    const owner = service.newOwner();
    const { id } = await owner.open();
    await owner.invoices.markInvoiceUncollectible({ invoiceId: id });
    const revision = await revise(owner, id);
    await owner.invoices.sendInvoice({ invoiceId: revision.id });
    expect((await owner.get(id)).state).toBe(Invoice_State.VOID);
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const client = owner.with({ 'idempotency-key': 'revise-1' });
    expect(await client.reviseInvoice({ invoiceId })).toEqual(await client.reviseInvoice({ invoiceId }));
    expect((await owner.invoices.listInvoices({})).invoices).toHaveLength(2);
  });

  test("refuses another owner's invoice, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    expect(await refusalOf(service.newOwner().invoices.reviseInvoice({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.invoices.reviseInvoice({ invoiceId: '' }))).toMatchObject({ fields: ['invoice_id'] });
    expect(await refusalOf(service.client(InvoiceService).reviseInvoice({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
