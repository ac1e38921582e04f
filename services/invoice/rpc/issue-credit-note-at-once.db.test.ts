import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { cutOff } from '../testing/cut-off.ts';
import { discrepanciesOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('IssueCreditNote', () => {
  test('of twenty at once takes back each once, never beyond what remains, and numbers have no gap', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { client, issue } = creditNotesOf(service, owner);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => issue(invoiceId, { amountMinor: 1_000n })),
    );
    const issued = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(issued).toHaveLength(11);
    expect(issued.map(({ number }) => number).toSorted()).toEqual(
      Array.from({ length: 11 }, (_, index) => `CN-${String(index + 1).padStart(5, '0')}`),
    );
    for (const result of results.filter(({ status }) => status === 'rejected')) {
      expect(String(Object.values(result))).toContain('what remains of the invoice');
    }
    expect(await owner.get(invoiceId)).toMatchObject({
      creditNoteMinor: 11_000n,
      creditableMinor: 900n,
      dueMinor: 900n,
    });
    expect((await client.listCreditNotes({ invoiceId })).creditNotes).toHaveLength(11);
    expect((await service.eventsOf(invoiceId)).map(({ version }) => version)).toEqual(
      Array.from({ length: 13 }, (_, index) => BigInt(index + 1)),
    );
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('among payments at once keeps paid, credited and due together', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { issue } = creditNotesOf(service, owner);
    await Promise.allSettled(
      Array.from({ length: 24 }, (_, index) =>
        index % 2 === 0
          ? issue(invoiceId, { amountMinor: 700n })
          : owner.invoices.recordPayment({ invoiceId, amountMinor: 900n }),
      ),
    );
    const { paidMinor, creditedMinor, dueMinor, totalMinor } = await owner.get(invoiceId);
    expect(paidMinor + creditedMinor + dueMinor).toBe(totalMinor);
    expect(await discrepanciesOf(service, owner)).toEqual([]);
  });

  test('issues once for one key, however fast it is repeated', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { issue } = creditNotesOf(service, owner, { 'idempotency-key': 'credit-note-1' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => issue(invoiceId, { amountMinor: 100n })));
    expect(new Set(answers.map(({ id, number }) => `${id} ${number}`)).size).toBe(1);
    expect((await owner.get(invoiceId)).creditNoteMinor).toBe(100n);
  });

  // Last, since it leaves broken connections behind.
  test('that is cut off takes no number and no part of the invoice', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const { issue } = creditNotesOf(service, owner);
    const outcomes = await cutOff(
      service,
      (sql) => sql`select 1 from customer_accounts where owner_id = ${owner.identity.userId} for update`,
      () => Promise.allSettled([issue(invoiceId, { amountMinor: 500n })]),
    );
    expect(outcomes).toMatchObject([{ status: 'rejected' }]);
    expect(await owner.get(invoiceId)).toMatchObject({ creditNoteMinor: 0n, dueMinor: 11_900n });
    expect((await issue(invoiceId)).number).toBe('CN-00001');
  });
});
