import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ElectronicInvoice_Specification as Specification } from '../../../gen/numer/invoice/v1/electronic_invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { readXml } from '../e-invoice/testing/read-xml.ts';
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
  service = await startInvoiceService({ overNetwork: true });
});
afterAll(() => service.stop());

/** The document as text, with the other fields of the answer. */
async function fileOf({ invoices }: Pick<Owner, 'invoices'>, invoiceId: string) {
  const { file, ...facts } = await invoices.getInvoiceUbl({ invoiceId });
  const { contentType, data } = required(file);
  return { ...facts, contentType, text: Buffer.from(data).toString() };
}

describe('GetInvoiceUbl', () => {
  test('gives an XML document with a name and an entity tag', async () => {
    const owner = newTaxPayer(service);
    const opened = await owner.open({ memo: 'Thank you' });
    const { contentType, text, fileName, etag } = await fileOf(owner, opened.id);
    expect(contentType).toBe('application/xml');
    expect(fileName).toBe(`invoice-${opened.number}.xml`);
    expect(etag).toMatch(/^"[A-Za-z0-9_-]{43}"$/);
    const xml = readXml(Buffer.from(text));
    expect(xml.name).toBe('Invoice');
    expect(xml.text('ID')).toBe(opened.number);
    expect(xml.text('Note')).toBe('Thank you');
    expect(xml.text('LegalMonetaryTotal', 'PayableAmount')).toBe('119.00');
  });

  test('gives the same bytes whatever happens to the invoice after it was opened', async () => {
    const owner = newTaxPayer(service);
    const draft = await owner.draft({ memo: 'As issued', prepaidMinor: 1_900n });
    await owner.invoices.finalizeInvoice({ invoiceId: draft.id });
    const before = await fileOf(owner, draft.id);
    service.userService.changeCustomer(owner.customerId, { name: 'Renamed', email: 'moved@example.com' });
    service.userService.addUser({
      id: owner.identity.userId,
      name: 'Renamed',
      paymentAccount: { accountIdentifier: 'AT611904300234573201' },
    });
    await owner.invoices.updateInvoice({
      invoice: { id: draft.id, memo: 'Changed', tags: ['late'] },
      updateMask: { paths: ['memo', 'tags'] },
    });
    await owner.invoices.sendInvoice({ invoiceId: draft.id });
    await owner.invoices.planInstalments({
      invoiceId: draft.id,
      instalments: [
        { dueDate: '2026-04-01', amountMinor: 5_000n },
        { dueDate: '2026-05-01', amountMinor: 5_000n },
      ],
    });
    await owner.invoices.recordPayment({ invoiceId: draft.id, amountMinor: 1_000n });
    await creditNotesOf(service, owner).issue(draft.id, { amountMinor: 2_000n });
    expect(await fileOf(owner, draft.id)).toEqual(before);
    expect(before.text).toContain('As issued');
    expect(readXml(Buffer.from(before.text)).text('LegalMonetaryTotal', 'PayableAmount')).toBe('100.00');
  });

  test('says when it was supplied, by which order and where to pay', async () => {
    const owner = newTaxPayer(service);
    const { id } = await owner.open(FACTS);
    const xml = readXml(Buffer.from((await fileOf(owner, id)).text));
    expect(xml.text('BuyerReference')).toBe(FACTS.buyerReference);
    expect(xml.text('OrderReference', 'ID')).toBe(FACTS.purchaseOrderReference);
    expect(xml.text('Delivery', 'ActualDeliveryDate')).toBe(FACTS.deliveryDate);
    expect(xml.text('InvoicePeriod', 'StartDate')).toBe(FACTS.periodStartDate);
    expect(xml.text('InvoicePeriod', 'EndDate')).toBe(FACTS.periodEndDate);
    expect(xml.text('PaymentMeans', 'PaymentMeansCode')).toBe('58');
    expect(xml.text('PaymentMeans', 'PayeeFinancialAccount', 'ID')).toBe('DE89370400440532013000');
  });

  test('keeps what an invoice that was opened before that was kept says, from its first change on', async () => {
    const owner = newTaxPayer(service);
    const { id } = await owner.open({ memo: 'Old' });
    const { $client: sql } = service.db;
    await sql`alter table invoices disable trigger invoices_frozen`;
    await sql`update invoices set issued = null where id = ${id}`;
    await sql`alter table invoices enable trigger invoices_frozen`;
    const before = await fileOf(owner, id);
    expect(before.text).toContain('<cbc:Note>Old</cbc:Note>');
    expect(before.text).toContain('pay@example.com');
    await owner.invoices.updateInvoice({ invoice: { id, memo: 'New' }, updateMask: { paths: ['memo'] } });
    expect((await fileOf(owner, id)).text).toBe(before.text);
    await expect(sql`update invoices set issued = '{}' where id = ${id}`).rejects.toThrow('its document is frozen');
  });

  test('of a revision names the invoice that it replaces, and of that one stays as it was', async () => {
    const owner = newTaxPayer(service);
    const opened = await owner.open();
    const before = await fileOf(owner, opened.id);
    service.clock.set('2026-03-02T12:00:00Z');
    const { invoice: revision } = await owner.invoices.reviseInvoice({ invoiceId: opened.id });
    const revisionId = required(revision).id;
    await owner.invoices.finalizeInvoice({ invoiceId: revisionId });
    service.clock.set('2026-03-01T12:00:00Z');
    const reference = readXml(Buffer.from((await fileOf(owner, revisionId)).text)).all('BillingReference');
    expect(reference.map((node) => node.text('InvoiceDocumentReference', 'ID'))).toEqual([opened.number]);
    expect(reference.map((node) => node.text('InvoiceDocumentReference', 'IssueDate'))).toEqual(['2026-03-01']);
    expect((await owner.get(opened.id)).state).toBe(4);
    expect((await fileOf(owner, opened.id)).text).toBe(before.text);
  });

  test('refuses what the standard cannot say or misses, with every field at once', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open({ ...FULL_DRAFT, customerId: owner.customerId });
    expect(await refusalOf(owner.invoices.getInvoiceUbl({ invoiceId }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'E_INVOICE_IMPOSSIBLE',
      metadata: { problemCount: '7' },
      fields: [
        'seller.address.country_code',
        'seller.tax_id',
        'customer.address.country_code',
        'lines[1].taxes[2]',
        'lines[1].taxes[1]',
        'lines[1].taxes[0].name',
        'lines[1].taxes[1].name',
      ],
    });
  });

  test('fulfils the specification that is asked for, by default the core of the standard', async () => {
    const owner = newNetworkMember(service);
    const { id: invoiceId } = await owner.open(REFERENCES);
    const read = async (specification?: Specification) =>
      required((await owner.invoices.getInvoiceUbl({ invoiceId, ...(specification && { specification }) })).file).data;
    const [core, xrechnung, peppol] = [await read(), await read(XRECHNUNG), await read(PEPPOL_BIS_BILLING)];
    expect(core).toEqual(await read(EN16931));
    expect([core, xrechnung, peppol].map((data) => readXml(data).text('CustomizationID'))).toEqual([
      'urn:cen.eu:en16931:2017',
      'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0',
      'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0',
    ]);
    expect(readXml(core).text('ProfileID')).toBeUndefined();
    const seller = (...path: string[]) => readXml(xrechnung).text('AccountingSupplierParty', 'Party', ...path);
    expect(seller('EndpointID')).toBe('DE123456789');
    expect([seller('Contact', 'Name'), seller('Contact', 'Telephone')]).toEqual(['Ada', '+49 30 1234567']);
    service.userService.addUser({ id: owner.identity.userId, name: 'Renamed' });
    expect(await read(XRECHNUNG)).toEqual(xrechnung);
  });

  test('refuses what the specification asks for and the invoice misses, of a draft as well', async () => {
    const owner = newTaxPayer(service);
    const { id: invoiceId } = await owner.draft();
    const missing = [
      ...['seller.address.postal_code', 'seller.contact.name', 'seller.contact.phone', 'customer.address.postal_code'],
      'buyer_reference',
    ];
    const refused = () => refusalOf(owner.invoices.getInvoiceUbl({ invoiceId, specification: XRECHNUNG }));
    expect(await refused()).toMatchObject({ fields: ['state', ...missing] });
    await owner.invoices.finalizeInvoice({ invoiceId });
    expect(await refused()).toMatchObject({
      reason: 'E_INVOICE_IMPOSSIBLE',
      message: 'The document cannot be an electronic invoice according to XRechnung 3.0: it has 5 problems.',
      fields: missing,
    });
    expect((await fileOf(owner, invoiceId)).contentType).toBe('application/xml');
    const unknown = await refusalOf(owner.invoices.getInvoiceUbl({ invoiceId, specification: 99 as Specification }));
    expect(unknown).toMatchObject({ code: Code.InvalidArgument, fields: ['specification'] });
  });

  test('names the first forty problems, which gRPC can carry, and tells how many there are', async () => {
    const owner = newTaxPayer(service);
    const lines = Array.from({ length: 300 }, () => ({
      description: 'x',
      quantity: '1',
      unitPrice: '1',
      unitCode: 'ZZ9',
      taxes: [{ name: 'N'.repeat(50), percent: '5' }],
    }));
    const { id: invoiceId } = await owner.open({ lines });
    const refusal = await refusalOf(owner.invoices.getInvoiceUbl({ invoiceId }));
    expect(refusal).toMatchObject({ reason: 'E_INVOICE_IMPOSSIBLE', metadata: { problemCount: '600' } });
    expect(refusal.fields).toHaveLength(40);
  });

  test('of a draft tells that it is one, and what would be in the way if it were opened now', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.draft({ lines: [] });
    const fieldsOf = async (id: string) => (await refusalOf(owner.invoices.getInvoiceUbl({ invoiceId: id }))).fields;
    const parties = ['seller.address.country_code', 'seller.tax_id', 'customer.address.country_code'];
    expect(await fieldsOf(invoiceId)).toEqual(['state', ...parties, 'lines']);
    const complete = newTaxPayer(service);
    const { id: draftId } = await complete.draft();
    expect((await refusalOf(complete.invoices.getInvoiceUbl({ invoiceId: draftId }))).fields).toEqual(['state']);
    service.userService.deleteCustomer(owner.customerId);
    expect(await fieldsOf(invoiceId)).toEqual(['state', 'customer_id', ...parties.slice(0, 2), 'lines']);
  });

  test("answers for another owner's invoice exactly like for a missing one, and nobody nothing", async () => {
    const { id: invoiceId } = await newTaxPayer(service).open();
    const stranger = newTaxPayer(service);
    const ofAnother = await refusalOf(stranger.invoices.getInvoiceUbl({ invoiceId }));
    expect(ofAnother).toMatchObject({ code: Code.NotFound, reason: 'INVOICE_NOT_FOUND' });
    expect(await refusalOf(stranger.invoices.getInvoiceUbl({ invoiceId: UNKNOWN_ID }))).toEqual(ofAnother);
    expect((await refusalOf(stranger.invoices.getInvoiceUbl({ invoiceId: 'x' }))).fields).toEqual(['invoice_id']);
    const nobody = service.client(InvoiceService);
    expect(await refusalOf(nobody.getInvoiceUbl({ invoiceId }))).toMatchObject({ code: Code.Unauthenticated });
  });
});
