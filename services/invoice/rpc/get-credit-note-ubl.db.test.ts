import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { ElectronicInvoice_Specification } from '../../../gen/numer/invoice/v1/electronic_invoice_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { readXml } from '../e-invoice/testing/read-xml.ts';
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

describe('GetCreditNoteUbl', () => {
  test('gives credit notes that add up to their invoice, and stay as they were issued', async () => {
    const owner = newTaxPayer(service);
    const opened = await owner.open({
      discountPercent: '10',
      allowances: [{ reason: 'Loyalty', amountMinor: 500n, taxPercent: '7' }],
      charges: [{ reasonCode: 'FC', amountMinor: 1_000n, taxPercent: '19' }],
      lines: [
        { description: 'Work', quantity: '3', unitPrice: '33.33', taxPercent: '19' },
        { description: 'Book', quantity: '1', unitPrice: '20', taxPercent: '7' },
      ],
    });
    const { client, issue } = creditNotesOf(service, owner);
    const read = async (creditNoteId: string) => required((await client.getCreditNoteUbl({ creditNoteId })).file);
    const first = await issue(opened.id, { amountMinor: 4_321n });
    const firstFile = await read(first.id);
    const rest = await issue(opened.id);
    expect(await read(first.id)).toEqual(firstFile);
    const documents = [readXml(firstFile.data), readXml((await read(rest.id)).data)];
    const payable = documents.map((xml) => xml.amount('LegalMonetaryTotal', 'PayableAmount'));
    expect(payable).toEqual([43_210n, opened.totalMinor * 10n - 43_210n]);
    for (const xml of documents) {
      expect(xml.name).toBe('CreditNote');
      const reference = xml.all('BillingReference').map((node) => node.text('InvoiceDocumentReference', 'ID'));
      expect(reference).toEqual([opened.number]);
    }
  });

  test('names the supply and the references of the invoice', async () => {
    const owner = newTaxPayer(service);
    const { client, issue } = creditNotesOf(service, owner);
    const { id: creditNoteId } = await issue((await owner.open(FACTS)).id);
    const xml = readXml(required((await client.getCreditNoteUbl({ creditNoteId })).file).data);
    expect(xml.text('BuyerReference')).toBe(FACTS.buyerReference);
    expect(xml.text('OrderReference', 'ID')).toBe(FACTS.purchaseOrderReference);
    expect(xml.text('Delivery', 'ActualDeliveryDate')).toBe(FACTS.deliveryDate);
    expect(xml.text('InvoicePeriod', 'StartDate')).toBe(FACTS.periodStartDate);
    expect(xml.text('InvoicePeriod', 'EndDate')).toBe(FACTS.periodEndDate);
  });

  test('names the file after the number', async () => {
    const owner = newTaxPayer(service);
    const { client, issue } = creditNotesOf(service, owner);
    const { id: creditNoteId, number } = await issue((await owner.open()).id);
    expect(await client.getCreditNoteUbl({ creditNoteId })).toMatchObject({
      fileName: `credit-note-${number}.xml`,
      etag: expect.stringMatching(/^"[A-Za-z0-9_-]{43}"$/),
    });
  });

  test('fulfils the specification that is asked for, or names what the invoice misses for it', async () => {
    const owner = newNetworkMember(service);
    const { client, issue } = creditNotesOf(service, owner);
    const { id: creditNoteId } = await issue((await owner.open(REFERENCES)).id);
    for (const specification of [XRECHNUNG, PEPPOL_BIS_BILLING]) {
      const xml = readXml(required((await client.getCreditNoteUbl({ creditNoteId, specification })).file).data);
      expect(xml.text('CustomizationID')).toContain('#compliant#');
      // The German rules ask for payment instructions on credit notes as well; the customer is Austrian.
      expect(xml.text('PaymentMeans', 'PaymentMeansCode')).toBe(specification === XRECHNUNG ? '97' : undefined);
    }
    const { id: other } = await issue((await owner.open()).id);
    expect(await refusalOf(client.getCreditNoteUbl({ creditNoteId: other, specification: XRECHNUNG }))).toMatchObject({
      reason: 'E_INVOICE_IMPOSSIBLE',
      fields: ['invoice_id'],
    });
    expect((await client.getCreditNoteUbl({ creditNoteId: other })).file).toBeDefined();
  });

  test('refuses what the standard cannot say, as of the invoice', async () => {
    const owner = newTaxPayer(service);
    const { id } = await owner.open({ ...FULL_DRAFT, customerId: owner.customerId });
    const { client, issue } = creditNotesOf(service, owner);
    const { id: creditNoteId } = await issue(id);
    expect(await refusalOf(client.getCreditNoteUbl({ creditNoteId }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'E_INVOICE_IMPOSSIBLE',
      fields: ['lines[1].taxes[2]', 'lines[1].taxes[1]', 'lines[1].taxes[0].name', 'lines[1].taxes[1].name'],
    });
  });

  test('finds none that is missing or of another owner, and nothing for nobody', async () => {
    const owner = newTaxPayer(service);
    const { id: creditNoteId } = await creditNotesOf(service, owner).issue((await owner.open()).id);
    const stranger = creditNotesOf(service, service.newOwner());
    for (const id of [creditNoteId, '01a20306-0400-7b32-833b-7f949d76e486']) {
      expect(await refusalOf(stranger.client.getCreditNoteUbl({ creditNoteId: id }))).toMatchObject({
        code: Code.NotFound,
        reason: 'CREDIT_NOTE_NOT_FOUND',
      });
    }
    expect((await refusalOf(stranger.client.getCreditNoteUbl({ creditNoteId: 'x' }))).fields).toEqual([
      'credit_note_id',
    ]);
    expect(await refusalOf(service.client(CreditNoteService).getCreditNoteUbl({ creditNoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
