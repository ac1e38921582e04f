import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ElectronicInvoice_Specification as Specification } from '../../../gen/numer/invoice/v1/electronic_invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { readXml } from '../e-invoice/testing/read-xml.ts';
import { termsOfCii, termsOfUbl } from '../e-invoice/testing/terms.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { FACTS, FULL_DRAFT, REFERENCES } from '../testing/full-draft.ts';
import { newNetworkMember, newTaxPayer } from '../testing/new-tax-payer.ts';
import {
  type InvoiceTestService,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

const { EN16931, XRECHNUNG, PEPPOL_BIS_BILLING } = Specification;
const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

async function fileOf({ invoices }: Pick<Owner, 'invoices'>, invoiceId: string) {
  const { file, ...facts } = await invoices.getInvoiceCii({ invoiceId });
  return { ...facts, contentType: file?.contentType, data: required(file).data };
}

describe('GetInvoiceCii', () => {
  test('says what the invoice says in UBL, with a name and an entity tag', async () => {
    const owner = newTaxPayer(service);
    const opened = await owner.open({ ...FACTS, memo: 'Thank you' });
    const { data, ...facts } = await fileOf(owner, opened.id);
    expect(facts).toMatchObject({
      contentType: 'application/xml',
      fileName: `invoice-${opened.number}.xml`,
      etag: expect.stringMatching(/^"[A-Za-z0-9_-]{43}"$/),
      memo: 'Thank you',
    });
    const ubl = required((await owner.invoices.getInvoiceUbl({ invoiceId: opened.id })).file);
    expect(termsOfCii(readXml(data))).toEqual(termsOfUbl(readXml(ubl.data)));
  });

  test('gives the same bytes and the memo as of opening, whatever happens to the invoice after it was opened', async () => {
    const owner = newTaxPayer(service);
    const { id } = await owner.draft({ memo: 'As issued' });
    await owner.invoices.finalizeInvoice({ invoiceId: id });
    const before = await fileOf(owner, id);
    service.userService.changeCustomer(owner.customerId, { name: 'Renamed', email: 'moved@example.com' });
    await owner.invoices.updateInvoice({ invoice: { id, memo: 'Changed' }, updateMask: { paths: ['memo'] } });
    await owner.invoices.sendInvoice({ invoiceId: id });
    await owner.invoices.recordPayment({ invoiceId: id, amountMinor: 1_000n });
    await creditNotesOf(service, owner).issue(id, { amountMinor: 2_000n });
    expect(await fileOf(owner, id)).toEqual(before);
    expect(before.memo).toBe('As issued');
  });

  test('refuses what the standard cannot say or misses, and what only UBL can say', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open({ ...FULL_DRAFT, customerId: owner.customerId });
    const ofUbl = await refusalOf(owner.invoices.getInvoiceUbl({ invoiceId }));
    expect(await refusalOf(owner.invoices.getInvoiceCii({ invoiceId }))).toEqual(ofUbl);
    expect(ofUbl).toMatchObject({ code: Code.FailedPrecondition, reason: 'E_INVOICE_IMPOSSIBLE' });
    const taxes = [{ category: Tax_Category.CANARY_ISLANDS, percent: '0' }];
    const lines = [{ description: 'Work', quantity: '1', unitPrice: '100', taxes }];
    const canary = newTaxPayer(service);
    const opened = await canary.open({ lines });
    await canary.invoices.getInvoiceUbl({ invoiceId: opened.id });
    expect(await refusalOf(canary.invoices.getInvoiceCii({ invoiceId: opened.id }))).toMatchObject({
      reason: 'E_INVOICE_IMPOSSIBLE',
      fields: ['lines[0].taxes'],
    });
  });

  test('fulfils the specification that is asked for, by default the core of the standard, as UBL does', async () => {
    const owner = newNetworkMember(service);
    const { id: invoiceId } = await owner.open({ ...FACTS, ...REFERENCES });
    const read = async (specification?: Specification) => {
      const request = { invoiceId, ...(specification && { specification }) };
      const [cii, ubl] = [await owner.invoices.getInvoiceCii(request), await owner.invoices.getInvoiceUbl(request)];
      const terms = termsOfCii(readXml(required(cii.file).data));
      expect(terms).toEqual(termsOfUbl(readXml(required(ubl.file).data)));
      return { etag: cii.etag, terms };
    };
    const [core, xrechnung, peppol] = [await read(), await read(XRECHNUNG), await read(PEPPOL_BIS_BILLING)];
    expect(core).toEqual(await read(EN16931));
    expect([core, xrechnung, peppol].map(({ terms }) => terms[24])).toEqual([
      'urn:cen.eu:en16931:2017',
      'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0',
      'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0',
    ]);
    expect(new Set([core.etag, xrechnung.etag, peppol.etag]).size).toBe(3);
    service.userService.addUser({ id: owner.identity.userId, name: 'Renamed' });
    expect(await read(XRECHNUNG)).toEqual(xrechnung);
  });

  test('refuses what the specification asks for and the invoice misses, of a draft as well', async () => {
    const owner = newTaxPayer(service);
    const { id: invoiceId } = await owner.draft();
    for (const step of [() => owner.invoices.finalizeInvoice({ invoiceId }), undefined]) {
      for (const specification of [XRECHNUNG, PEPPOL_BIS_BILLING]) {
        const ofUbl = await refusalOf(owner.invoices.getInvoiceUbl({ invoiceId, specification }));
        expect(ofUbl.fields).toContain('buyer_reference');
        expect(await refusalOf(owner.invoices.getInvoiceCii({ invoiceId, specification }))).toEqual(ofUbl);
      }
      await step?.();
    }
    const unknown = await refusalOf(owner.invoices.getInvoiceCii({ invoiceId, specification: 99 as Specification }));
    expect(unknown).toMatchObject({ code: Code.InvalidArgument, fields: ['specification'] });
  });

  test('of a draft tells that it is one, and what would be in the way if it were opened now', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft({ lines: [] });
    expect((await refusalOf(owner.invoices.getInvoiceCii({ invoiceId }))).fields).toEqual([
      'state',
      'seller.address.country_code',
      'seller.tax_id',
      'customer.address.country_code',
      'lines',
    ]);
  });

  test("answers for another owner's invoice exactly like for a missing one, and nobody nothing", async () => {
    const { id: invoiceId } = await newTaxPayer(service).open();
    const stranger = newTaxPayer(service);
    const ofAnother = await refusalOf(stranger.invoices.getInvoiceCii({ invoiceId }));
    expect(ofAnother).toMatchObject({ code: Code.NotFound, reason: 'INVOICE_NOT_FOUND' });
    expect(await refusalOf(stranger.invoices.getInvoiceCii({ invoiceId: UNKNOWN_ID }))).toEqual(ofAnother);
    expect((await refusalOf(stranger.invoices.getInvoiceCii({ invoiceId: 'x' }))).fields).toEqual(['invoice_id']);
    const nobody = service.client(InvoiceService);
    expect(await refusalOf(nobody.getInvoiceCii({ invoiceId }))).toMatchObject({ code: Code.Unauthenticated });
  });
});
