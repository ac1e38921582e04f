import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerLedgerService } from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { ledgerOf } from '../testing/ledger-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetCreditEntry', () => {
  test('gives an entry as it was recorded, also when the customer is deleted by now', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    const creditEntry = await ledger.deposit(5n, { reference: 'R1' });
    service.userService.deleteCustomer(owner.customerId);
    const request = { customerId: owner.customerId, creditEntryId: creditEntry.id };
    expect(await ledger.client.getCreditEntry(request)).toMatchObject({ creditEntry });
  });

  test('finds no entry of another customer or owner, none that changes no credit, and needs a caller', async () => {
    const owner = service.newOwner();
    const ledger = ledgerOf(service, owner);
    const { id: creditEntryId } = await ledger.deposit(5n);
    await owner.open();
    const [opened] = await service.db.$client<{ id: string }[]>`
      select id from ledger_entries where owner_id = ${owner.identity.userId} and type = 'INVOICE'`;
    const { customerId } = owner;
    const { id: otherId } = service.userService.addCustomer(owner.identity.userId);
    for (const request of [
      { customerId: otherId, creditEntryId },
      { customerId, creditEntryId: randomUUIDv7() },
      { customerId, creditEntryId: opened?.id ?? '' },
    ]) {
      expect(await refusalOf(ledger.client.getCreditEntry(request))).toMatchObject({
        code: Code.NotFound,
        reason: 'CREDIT_ENTRY_NOT_FOUND',
      });
    }
    const stranger = ledgerOf(service, service.newOwner());
    expect(await refusalOf(stranger.client.getCreditEntry({ customerId, creditEntryId }))).toMatchObject({
      reason: 'CREDIT_ENTRY_NOT_FOUND',
    });
    const nobody = service.client(CustomerLedgerService);
    expect(await refusalOf(nobody.getCreditEntry({ customerId, creditEntryId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
    expect(await refusalOf(ledger.client.getCreditEntry({ customerId, creditEntryId: 'x' }))).toMatchObject({
      fields: ['credit_entry_id'],
    });
  });
});
