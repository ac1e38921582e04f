import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { FULL_DRAFT } from '../testing/full-draft.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetCreditNote', () => {
  test('gives the credit note as it was issued, whatever happens after', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open({ ...FULL_DRAFT, customerId: owner.customerId });
    const { client, issue } = creditNotesOf(service, owner);
    const issued = await issue(invoiceId);
    service.userService.addUser({ id: owner.identity.userId, email: 'moved@example.com', name: 'Moved', locale: 'de' });
    expect((await client.getCreditNote({ creditNoteId: issued.id })).creditNote).toEqual(issued);
    expect(issued).toMatchObject({ allowances: [{ position: 0, reason: 'Loyalty' }], charges: [{ reasonCode: 'FC' }] });
  });

  test('finds none that is missing or of another owner, and nothing for nobody', async () => {
    const owner = service.newOwner();
    const { id: creditNoteId } = await creditNotesOf(service, owner).issue((await owner.open()).id);
    const stranger = creditNotesOf(service, service.newOwner());
    for (const id of [creditNoteId, '01a20306-0400-7b32-833b-7f949d76e486']) {
      expect(await refusalOf(stranger.client.getCreditNote({ creditNoteId: id }))).toMatchObject({
        code: Code.NotFound,
        reason: 'CREDIT_NOTE_NOT_FOUND',
      });
    }
    expect(await refusalOf(stranger.client.getCreditNote({ creditNoteId: 'x' }))).toMatchObject({
      fields: ['credit_note_id'],
    });
    expect(await refusalOf(service.client(CreditNoteService).getCreditNote({ creditNoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
