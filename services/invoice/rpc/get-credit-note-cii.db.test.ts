import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { ElectronicInvoice_Specification } from '../../../gen/numer/invoice/v1/electronic_invoice_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { readXml } from '../e-invoice/testing/read-xml.ts';
import { termsOfCii, termsOfUbl } from '../e-invoice/testing/terms.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { FACTS, FULL_DRAFT, REFERENCES } from '../testing/full-draft.ts';
import { newNetworkMember, newTaxPayer } from '../testing/new-tax-payer.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

const { XRECHNUNG, PEPPOL_BIS_BILLING } = ElectronicInvoice_Specification;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('GetCreditNoteCii', () => {
  test('says what the credit note says in UBL, the same each time, with a name and an entity tag', async () => {
    const owner = newTaxPayer(service);
    const { client, issue } = creditNotesOf(service, owner);
    const invoice = await owner.open(FACTS);
    const { id: creditNoteId, number } = await issue(invoice.id, { amountMinor: 1_000n });
    const before = await client.getCreditNoteCii({ creditNoteId });
    expect(before).toMatchObject({
      fileName: `credit-note-${number}.xml`,
      etag: expect.stringMatching(/^"[A-Za-z0-9_-]{43}"$/),
      file: { contentType: 'application/xml' },
    });
    await issue(invoice.id);
    expect(await client.getCreditNoteCii({ creditNoteId })).toEqual(before);
    const ubl = required((await client.getCreditNoteUbl({ creditNoteId })).file);
    expect(termsOfCii(readXml(required(before.file).data))).toEqual(termsOfUbl(readXml(ubl.data)));
  });

  test('fulfils the specification that is asked for, as UBL does, or names what the invoice misses for it', async () => {
    const owner = newNetworkMember(service);
    const { client, issue } = creditNotesOf(service, owner);
    const { id: creditNoteId } = await issue((await owner.open({ ...FACTS, ...REFERENCES })).id);
    for (const specification of [XRECHNUNG, PEPPOL_BIS_BILLING]) {
      const cii = required((await client.getCreditNoteCii({ creditNoteId, specification })).file);
      const ubl = required((await client.getCreditNoteUbl({ creditNoteId, specification })).file);
      const terms = termsOfCii(readXml(cii.data));
      expect(terms).toEqual(termsOfUbl(readXml(ubl.data)));
      expect(terms[24]).toContain('#compliant#');
    }
    const { id: other } = await issue((await owner.open()).id);
    expect(await refusalOf(client.getCreditNoteCii({ creditNoteId: other, specification: XRECHNUNG }))).toMatchObject({
      reason: 'E_INVOICE_IMPOSSIBLE',
      fields: ['invoice_id'],
    });
  });

  test('refuses what the standard cannot say, as of the invoice', async () => {
    const owner = newTaxPayer(service);
    const { id } = await owner.open({ ...FULL_DRAFT, customerId: owner.customerId });
    const { client, issue } = creditNotesOf(service, owner);
    const { id: creditNoteId } = await issue(id);
    expect(await refusalOf(client.getCreditNoteCii({ creditNoteId }))).toEqual(
      await refusalOf(client.getCreditNoteUbl({ creditNoteId })),
    );
  });

  test('finds none that is missing or of another owner, and nothing for nobody', async () => {
    const owner = newTaxPayer(service);
    const { id: creditNoteId } = await creditNotesOf(service, owner).issue((await owner.open()).id);
    const stranger = creditNotesOf(service, service.newOwner());
    for (const id of [creditNoteId, '01a20306-0400-7b32-833b-7f949d76e486']) {
      expect(await refusalOf(stranger.client.getCreditNoteCii({ creditNoteId: id }))).toMatchObject({
        code: Code.NotFound,
        reason: 'CREDIT_NOTE_NOT_FOUND',
      });
    }
    expect((await refusalOf(stranger.client.getCreditNoteCii({ creditNoteId: 'x' }))).fields).toEqual([
      'credit_note_id',
    ]);
    expect(await refusalOf(service.client(CreditNoteService).getCreditNoteCii({ creditNoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
