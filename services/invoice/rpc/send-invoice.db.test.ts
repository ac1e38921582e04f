import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { DEFAULT_SERIES, formatNumber } from '../domain/number-series.ts';
import { cutOff } from '../testing/cut-off.ts';
import {
  type InvoiceTestService,
  LINE,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const numbersTo = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    formatNumber(DEFAULT_SERIES.invoice.pattern, '2026-03-01', BigInt(index + 1)),
  );

async function numbersOf(owner: Owner): Promise<string[]> {
  const rows = await service.db.$client<{ number: string }[]>`
    select number from invoices where owner_id = ${owner.identity.userId} and state <> 'DRAFT' order by number`;
  return rows.map(({ number }) => number);
}

/** Drafts of an owner, some at a time. */
async function drafts(owner: Owner, count: number): Promise<string[]> {
  return (await Promise.all(Array.from({ length: count }, () => owner.draft()))).map(({ id }) => id);
}

describe('SendInvoice', () => {
  test('opens the draft with a number, both parties as they are now, and today as the issue date', async () => {
    const paymentAccount = { accountName: 'Ada', accountIdentifier: 'DE89370400440532013000', bic: 'COBADEFFXXX' };
    const address = { city: 'Berlin', countryCode: 'DE' };
    const electronicAddress = { scheme: '0204', identifier: '991-01484-64' };
    const legalRegistration = { scheme: '', identifier: 'HRB 1' };
    const owner = service.newOwner({
      timeZone: 'Asia/Tokyo',
      user: {
        ...{
          companyName: 'Ada & Co',
          taxId: 'DE123',
          locale: 'de',
          address,
          paymentAccount,
          taxRegistration: '12/345',
        },
        ...{ electronicAddress, legalRegistration, contact: { phone: '+49 30 1', email: 'billing@example.com' } },
      },
    });
    const { id: customerId } = service.userService.addCustomer(owner.identity.userId, {
      name: 'Grace',
      email: 'grace@example.com',
      address: { city: 'New York' },
      locale: '',
      electronicAddress,
      legalRegistration,
      ccEmails: ['cfo@example.com'],
    });
    const draft = await owner.draft({ customerId });
    service.clock.set('2026-03-05T16:00:00Z');
    const { invoice } = await owner.invoices.sendInvoice({ invoiceId: draft.id });
    expect(invoice).toMatchObject({
      ...draft,
      number: 'INV-00001',
      state: Invoice_State.OPEN,
      issueDate: '2026-03-06',
      dueMinor: 11900n,
      creditableMinor: 11900n,
      seller: {
        ...{ name: 'Ada & Co', email: 'ada@example.com', taxId: 'DE123', address, locale: 'de', paymentAccount },
        ...{ electronicAddress, legalRegistration, taxRegistration: '12/345' },
        contact: { name: 'Ada', phone: '+49 30 1', email: 'billing@example.com' },
      },
      customer: {
        ...{ name: 'Grace', email: 'grace@example.com', address: { city: 'New York' }, locale: 'de' },
        ...{ electronicAddress, legalRegistration, ccEmails: ['cfo@example.com'] },
      },
      etag: '"2"',
      availableActions: required(invoice).availableActions,
      unavailableActions: required(invoice).unavailableActions,
      openTime: required(invoice).sendTime,
      updateTime: required(invoice).sendTime,
    });
    service.userService.changeCustomer(customerId, { name: 'Somebody else' });
    expect((await owner.invoices.getInvoice({ invoiceId: draft.id })).invoice).toEqual(invoice);
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('mails later what was only finalized, once, to the addresses that the customer has by then', async () => {
    const owner = service.newOwner();
    const { id: customerId } = service.userService.addCustomer(owner.identity.userId, { name: 'Grace', email: '' });
    const { id: invoiceId } = await owner.draft({ customerId });
    const finalized = required((await owner.invoices.finalizeInvoice({ invoiceId })).invoice);
    expect(await refusalOf(owner.invoices.sendInvoice({ invoiceId }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'CUSTOMER_WITHOUT_EMAIL',
    });
    const ccEmails = ['cfo@example.com'];
    service.userService.changeCustomer(customerId, { name: 'Somebody else', email: 'grace@example.com', ccEmails });
    service.clock.advance(60_000);
    const { invoice } = await owner.invoices.sendInvoice({ invoiceId });
    expect(invoice).toMatchObject({
      number: finalized.number,
      state: Invoice_State.OPEN,
      customer: { name: 'Grace', email: 'grace@example.com', ccEmails },
      openTime: finalized.openTime,
      sendTime: required(invoice).updateTime,
      etag: '"3"',
    });
    expect(required(invoice).sendTime).not.toEqual(finalized.openTime);
    expect((await service.eventsOf(invoiceId))[2]).toMatchObject({ topic: 'invoice.sent', version: 3n });
    expect(await refusalOf(owner.invoices.sendInvoice({ invoiceId }))).toMatchObject({
      reason: 'INVOICE_STATE',
      metadata: { state: 'OPEN', action: 'SEND', cause: 'SENT' },
    });
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('mails what was paid before it was sent, and to a customer who is gone by then', async () => {
    const owner = service.newOwner();
    const ccEmails = ['cfo@example.com'];
    const { id: customerId } = service.userService.addCustomer(owner.identity.userId, { ccEmails });
    const { id: invoiceId } = await owner.draft({ customerId });
    const { invoice } = await owner.invoices.finalizeInvoice({ invoiceId });
    await owner.invoices.recordPayment({ invoiceId, amountMinor: required(invoice).dueMinor });
    service.userService.deleteCustomer(customerId);
    const sent = await owner.invoices.sendInvoice({ invoiceId });
    expect(sent.invoice).toMatchObject({ state: Invoice_State.PAID, customer: { email: 'pay@example.com', ccEmails } });
    expect(sent.invoice?.sendTime).toBeDefined();
  });

  test('the event and the answer to a repetition carry the number too', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    const client = owner.with({ 'idempotency-key': 'send-1' });
    const answers = [await client.sendInvoice({ invoiceId }), await client.sendInvoice({ invoiceId })];
    expect(answers[0]).toEqual(answers[1]);
    const [, event] = await service.eventsOf(invoiceId);
    expect(event).toMatchObject({ topic: 'invoice.sent', version: 2n, message: { invoice: answers[0]?.invoice } });
    expect(event?.message.invoice?.number).toBe('INV-00001');
    expect(event?.message.changes).toMatchObject([
      { field: 'number', newValue: 'INV-00001' },
      { field: 'issueDate', newValue: '2026-03-01' },
      { field: 'state', oldValue: 'DRAFT', newValue: 'OPEN' },
      { field: 'seller' },
      { field: 'customer' },
    ]);
  });

  test('the event alone carries what the seller says in the mail, of a draft and of what was finalized', async () => {
    const owner = service.newOwner();
    const message = 'Thank you.\nSee you soon!';
    const { id: draftId } = await owner.draft();
    const { id: finalizedId } = await owner.draft();
    await owner.invoices.finalizeInvoice({ invoiceId: finalizedId });
    for (const invoiceId of [draftId, finalizedId]) {
      const { invoice } = await owner.invoices.sendInvoice({ invoiceId, message });
      const event = (await service.eventsOf(invoiceId)).at(-1);
      expect(event).toMatchObject({ topic: 'invoice.sent', message: { message } });
      expect(JSON.stringify([event?.message.changes, required(invoice).memo])).not.toContain('Thank you');
    }
  });

  test('refuses what the seller says when it is too long or cannot be read', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    for (const message of ['a'.repeat(2001), '\u0007', '\u009b31m']) {
      expect(await refusalOf(owner.invoices.sendInvoice({ invoiceId, message }))).toMatchObject({
        reason: 'INVALID_ARGUMENT',
        fields: ['message'],
      });
    }
    expect((await owner.get(invoiceId)).state).toBe(Invoice_State.DRAFT);
  });

  test('keeps an issue date that was set, and lets a late draft be overdue at once', async () => {
    const owner = service.newOwner();
    const opened = await owner.open({ issueDate: '2026-01-01', dueDate: '2026-02-01' });
    expect(opened).toMatchObject({ issueDate: '2026-01-01', overdue: true });
    expect((await owner.open({ dueDate: '2026-02-01' })).overdue).toBe(true);
  });

  test('an invoice over nothing is paid at once', async () => {
    const owner = service.newOwner();
    const opened = await owner.open({ lines: [{ ...LINE, unitPrice: '0' }] });
    expect(opened).toMatchObject({ state: Invoice_State.PAID, number: 'INV-00001', dueMinor: 0n });
    expect(opened.payTime).toEqual(opened.sendTime);
  });

  test('refuses a draft that cannot be sent, which then has no number', async () => {
    const owner = service.newOwner();
    const empty = await owner.draft({ lines: [] });
    const { id: mute } = service.userService.addCustomer(owner.identity.userId, { email: '' });
    const { id: gone } = service.userService.addCustomer(owner.identity.userId);
    const unmailable = await owner.draft({ customerId: mute });
    const orphan = await owner.draft({ customerId: gone });
    service.userService.deleteCustomer(gone);
    for (const [invoiceId, reason] of [
      [empty.id, 'INVOICE_EMPTY'],
      [unmailable.id, 'CUSTOMER_WITHOUT_EMAIL'],
      [orphan.id, 'CUSTOMER_DELETED'],
    ] as const) {
      expect(await refusalOf(owner.invoices.sendInvoice({ invoiceId }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason,
      });
    }
    expect(await numbersOf(owner)).toEqual([]);
    expect((await owner.open()).number).toBe('INV-00001');
  });

  test("refuses what was sent already, another owner's invoice, a stale If-Match, and nobody", async () => {
    const owner = service.newOwner();
    const opened = await owner.open();
    expect(await refusalOf(owner.invoices.sendInvoice({ invoiceId: opened.id }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'INVOICE_STATE',
      metadata: { state: 'OPEN', action: 'SEND' },
    });
    const { id: invoiceId } = await owner.draft();
    expect(await refusalOf(service.newOwner().invoices.sendInvoice({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.with({ 'if-match': '"9"' }).sendInvoice({ invoiceId }))).toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
    expect(await refusalOf(service.client(InvoiceService).sendInvoice({ invoiceId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
    expect(await refusalOf(owner.invoices.sendInvoice({ invoiceId: '' }))).toMatchObject({ fields: ['invoice_id'] });
  });

  test('numbers each owner from 1, and drafts have none', async () => {
    const [ada, grace] = [service.newOwner(), service.newOwner()];
    expect((await ada.open()).number).toBe('INV-00001');
    expect((await grace.open()).number).toBe('INV-00001');
    expect((await ada.open()).number).toBe('INV-00002');
    expect((await ada.draft()).number).toBe('');
    const numbered = service.db.$client`select 1 from invoices where state = 'DRAFT' and number is not null`;
    expect(await numbered).toHaveLength(0);
  });

  test('100 at once get the numbers 1 to 100', async () => {
    const owner = service.newOwner();
    const ids = await drafts(owner, 100);
    const answers = await Promise.all(ids.map((invoiceId) => owner.invoices.sendInvoice({ invoiceId })));
    expect(answers.map(({ invoice }) => invoice?.number ?? '').toSorted()).toEqual(numbersTo(100));
    expect(await numbersOf(owner)).toEqual(numbersTo(100));
  });

  test('sent ten times at once, an invoice gets one number and one event', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => owner.invoices.sendInvoice({ invoiceId })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await service.eventsOf(invoiceId)).toHaveLength(2);
    expect((await owner.open()).number).toBe('INV-00002');
  });

  test('sent ten times at once with one key, every answer is the same', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft();
    const client = owner.with({ 'idempotency-key': 'send-2' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.sendInvoice({ invoiceId })));
    expect(new Set(answers.map(({ invoice }) => invoice?.number))).toEqual(new Set(['INV-00001']));
    expect((await owner.open()).number).toBe('INV-00002');
  });

  test('leaves no gap when sendings fail: stale, repeated, or cut off in the middle of their statement', async () => {
    const owner = service.newOwner();
    await owner.open();
    const ids = await drafts(owner, 60);
    const send = () =>
      Promise.allSettled(
        ids.flatMap((invoiceId, index) => [
          owner.with(index % 5 === 0 ? { 'if-match': '"9"' } : {}).sendInvoice({ invoiceId }),
          ...(index % 5 === 1 ? [owner.invoices.sendInvoice({ invoiceId })] : []),
        ]),
      );
    const results = await cutOff(
      service,
      (sql) => sql`select 1 from number_counters where owner_id = ${owner.identity.userId} for update`,
      send,
    );
    const codes = results.flatMap((result) =>
      result.status === 'rejected' ? [ConnectError.from(result.reason).code] : [],
    );
    expect(codes).toContain(Code.Unavailable);
    const numbers = await numbersOf(owner);
    expect(numbers).toEqual(numbersTo(numbers.length));
    // Every number that was answered is in use, none was answered twice, and stale sendings took none.
    const told = results.flatMap((result) =>
      result.status === 'fulfilled' ? (result.value.invoice?.number ?? '') : [],
    );
    expect(told.filter((number) => !numbers.includes(number))).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
    expect(numbers.length).toBeLessThanOrEqual(49);
    await waitUntil(async () => {
      // Only the next call on a cut connection may notice that it was cut.
      await Promise.allSettled(ids.map((invoiceId) => owner.invoices.sendInvoice({ invoiceId })));
      return (await numbersOf(owner)).length === 61;
    });
    expect(await numbersOf(owner)).toEqual(numbersTo(61));
  });
});
