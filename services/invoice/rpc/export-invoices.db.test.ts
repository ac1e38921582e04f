import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportedInvoice, InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { ledgerOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const stats = () => service.client(InvoiceService, { kind: 'service', name: 'stats' });

describe('ExportInvoices', () => {
  test('lists the invoices of all users with their payments, each once over any pages', async () => {
    const [ada, grace] = [service.newOwner(), service.newOwner()];
    const opened = await ada.open();
    const first = required((await ada.invoices.recordPayment({ invoiceId: opened.id, amountMinor: 900n })).payment);
    service.clock.advance(1);
    const second = required((await ada.invoices.recordPayment({ invoiceId: opened.id, amountMinor: 11000n })).payment);
    const drafts = [await grace.draft(), await ada.draft({ currencyCode: 'USD' })];
    for (const pageSize of [1, 2, 0]) {
      const exported: ExportedInvoice[] = [];
      let pageToken = '';
      do {
        const page = await stats().exportInvoices({ pageSize, pageToken });
        exported.push(...page.invoices);
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(exported.map(({ invoiceId }) => invoiceId)).toEqual([opened.id, ...drafts.map(({ id }) => id)]);
      expect(exported[0]).toMatchObject({
        ownerId: ada.identity.userId,
        version: 4n,
        currencyCode: 'EUR',
        dueDate: '2026-03-31',
        totalMinor: 11900n,
        dueMinor: 0n,
        customerId: opened.customerId,
        issueDate: '2026-03-01',
        taxMinor: 1900n,
        paidMinor: 11900n,
        creditedMinor: 0n,
        writtenOffMinor: 0n,
        payments: [first, second],
        updateTime: second.createTime,
      });
      expect(exported[2]).toMatchObject({
        ownerId: ada.identity.userId,
        version: 1n,
        currencyCode: 'USD',
        issueDate: '',
        payments: [],
      });
    }
  });

  test('tells payments with credit apart from those of money', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    await ledger.deposit(1_900n);
    const { id: invoiceId } = await owner.open();
    const { payment: withCredit } = await ledger.client.applyCredit({ invoiceId });
    const { payment: money } = await owner.invoices.recordPayment({ invoiceId, amountMinor: 10_000n });
    const { invoices } = await stats().exportInvoices({ invoiceIds: [invoiceId] });
    expect(invoices).toMatchObject([{ paidMinor: 11_900n, payments: [money], creditPayments: [withCredit] }]);
  });

  test('lists what credit notes take back, with their taxes', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const notes = creditNotesOf(service, owner);
    const first = await notes.issue(invoiceId, { amountMinor: 119n });
    const second = await notes.issue(invoiceId);
    const { invoices } = await stats().exportInvoices({ invoiceIds: [invoiceId] });
    expect(invoices[0]?.creditNotes).toMatchObject([
      { creditNoteId: first.id, issueDate: first.issueDate, totalMinor: 119n, taxMinor: 19n },
      { creditNoteId: second.id, issueDate: second.issueDate, totalMinor: 11_781n, taxMinor: 1_881n },
    ]);
  });

  test('tells what was credited, and which part of it was written off', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 119n });
    await owner.invoices.writeOffInvoice({ invoiceId, amountMinor: 1_000n, reason: 'insolvent' });
    const { invoices } = await stats().exportInvoices({ invoiceIds: [invoiceId] });
    expect(invoices).toMatchObject([{ creditedMinor: 1_119n, writtenOffMinor: 1_000n, dueMinor: 10_781n }]);
  });

  test('lists only the invoices asked for, whoever owns them, page by page as well', async () => {
    const drafts = await Promise.all([1, 2, 3].map(() => service.newOwner().draft()));
    const [first = '', , third = ''] = drafts.map(({ id }) => id).toSorted();
    const invoiceIds = [third, first, randomUUIDv7()];
    const page = await stats().exportInvoices({ invoiceIds, pageSize: 1 });
    expect(page.invoices.map(({ invoiceId }) => invoiceId)).toEqual([first]);
    const pageToken = page.nextPageToken;
    const rest = await stats().exportInvoices({ invoiceIds, pageToken });
    expect(rest.invoices.map(({ invoiceId }) => invoiceId)).toEqual([third]);
    expect(rest.nextPageToken).toBe('');
    expect(await refusalOf(stats().exportInvoices({ pageToken }))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });

  test('is for services only, and refuses tokens that are made up', async () => {
    expect(await refusalOf(service.newOwner().invoices.exportInvoices({}))).toMatchObject({
      code: Code.PermissionDenied,
    });
    expect(await refusalOf(service.client(InvoiceService).exportInvoices({}))).toMatchObject({
      code: Code.Unauthenticated,
    });
    expect(await refusalOf(stats().exportInvoices({ pageToken: 'x' }))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });
});
