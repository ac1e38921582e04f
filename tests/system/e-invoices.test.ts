import { beforeAll, expect, test } from 'vitest';
import { readPdf } from '../../services/notification/testing/read-pdf.ts';
import { type Api, addDraft, signUp } from './testing/api.ts';
import { useSharedNumer } from './testing/use-numer.ts';

const numer = useSharedNumer();
const url = () => numer().url;

let api: Api;
beforeAll(async () => {
  api = await signUp(url);
});

/** A document as a client requests it that may already have it. */
async function getFile({ accessToken }: Api, path: string, etag = '') {
  const headers = { authorization: `Bearer ${accessToken}`, 'if-none-match': etag };
  const response = await fetch(url() + path, { headers });
  const data = await response.bytes();
  return { response, data, text: new TextDecoder().decode(data) };
}

test('a public buyer gets XRechnung, and tells with the draft what is missing for it', async () => {
  const owner = await signUp(url);
  const address = { line1: 'Rathausplatz 1', city: 'Köln', postalCode: '50667', countryCode: 'DE' };
  const paymentAccount = { accountIdentifier: 'DE89370400440532013000' };
  await owner.patch(`/users/${owner.userId}`, { taxId: 'DE123456789', address, paymentAccount });
  const leitwegId = { scheme: '0204', identifier: '991-01484-64' };
  const customer = await owner.post('/customers', { name: 'Stadt Köln', address, electronicAddress: leitwegId });
  expect(customer.electronicAddress).toEqual(leitwegId);
  const { id } = await addDraft(owner, customer.id);
  const [path, inCii] = [`/invoices/${id}/ubl?specification=XRECHNUNG`, `/invoices/${id}/cii?specification=XRECHNUNG`];
  const { body } = await owner.call('GET', path);
  const { body: same } = await owner.call('GET', inCii);
  expect({ ...same, instance: '', requestId: '' }).toEqual({ ...body, instance: '', requestId: '' });
  expect(body.errors.map(({ pointer }: { readonly pointer: string }) => pointer)).toEqual([
    ...['/state', '/seller/contact/name', '/seller/contact/phone', '/buyerReference'],
  ]);
  await owner.patch(`/users/${owner.userId}`, { contact: { phone: '+49 30 1234567' } });
  await owner.patch(`/invoices/${id}`, { buyerReference: '991-01484-64' });
  const opened = await owner.post(`/invoices/${id}/finalize`, {});
  expect(opened.seller.contact).toMatchObject({ phone: '+49 30 1234567' });
  expect(opened.customer.electronicAddress).toEqual(leitwegId);
  expect((await getFile(owner, path)).text).toContain('<cbc:EndpointID schemeID="0204">991-01484-64</cbc:EndpointID>');
  const { text } = await getFile(owner, inCii);
  expect(text).toContain('<ram:URIID schemeID="0204">991-01484-64</ram:URIID>');
  expect(text).toContain('#urn:xeinkauf.de:kosit:xrechnung_3.0</ram:ID>');
  const unknown = await owner.call('GET', `/invoices/${id}/ubl?specification=ZUGFERD`);
  expect(unknown).toMatchObject({ status: 400, body: { errors: [{ parameter: 'specification' }] } });
});

test('a draft tells over REST what it lacks to be an e-invoice, and completed and opened it is one', async () => {
  const customer = await api.post('/customers', { name: 'Müller & Söhne', email: 'mueller@example.com' });
  const { id } = await addDraft(api, customer.id);
  const pointersOf = async () => {
    const { status, body } = await api.call('GET', `/invoices/${id}/ubl`);
    expect([status, body.reason]).toEqual([409, 'E_INVOICE_IMPOSSIBLE']);
    for (const form of ['cii', 'factur-x']) {
      const { body: same } = await api.call('GET', `/invoices/${id}/${form}`);
      expect({ ...same, instance: '', requestId: '' }).toEqual({ ...body, instance: '', requestId: '' });
    }
    return body.errors.map(({ pointer }: { readonly pointer: string }) => pointer);
  };
  const missing = ['/seller/address/countryCode', '/seller/taxId', '/customer/address/countryCode'];
  expect(await pointersOf()).toEqual(['/state', ...missing]);
  await api.patch(`/users/${api.userId}`, { taxId: 'DE123456789', address: { countryCode: 'DE' } });
  await api.patch(`/customers/${customer.id}`, { address: { countryCode: 'AT' } });
  expect(await pointersOf()).toEqual(['/state']);

  const opened = await api.post(`/invoices/${id}/finalize`, {});
  const invoice = await getFile(api, `/invoices/${id}/ubl`);
  expect(invoice.response.headers.get('content-type')).toBe('application/xml');
  expect(invoice.response.headers.get('content-disposition')).toBe(
    `attachment; filename="invoice-${opened.number}.xml"`,
  );
  expect(invoice.text).toContain('<cbc:RegistrationName>Müller &amp; Söhne</cbc:RegistrationName>');

  const inCii = await getFile(api, `/invoices/${id}/cii`);
  expect(inCii.response.headers.get('content-type')).toBe('application/xml');
  expect(inCii.text).toContain('<ram:Name>Müller &amp; Söhne</ram:Name>');

  const creditNote = await api.post(`/invoices/${id}/credit-notes`, { reason: 'Returned' });
  const credited = await getFile(api, `/credit-notes/${creditNote.id}/ubl`);
  expect(credited.text).toContain('<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>');
  const creditedInCii = await getFile(api, `/credit-notes/${creditNote.id}/cii`);
  expect(creditedInCii.text).toContain('<ram:TypeCode>381</ram:TypeCode>');
  const etag = invoice.response.headers.get('etag') ?? '';
  expect(await getFile(api, `/invoices/${id}/ubl`, etag)).toMatchObject({ response: { status: 304 }, text: '' });
  expect(await getFile(api, `/invoices/${id}/ubl`, '"another"')).toMatchObject({ text: invoice.text });
});

test('a Factur-X file shows what the e-invoice in it says, as it was issued', async () => {
  await api.patch(`/users/${api.userId}`, { taxId: 'DE123456789', address: { countryCode: 'DE' } });
  const customer = await api.post('/customers', {
    name: 'Grace Hopper',
    email: 'grace@example.com',
    address: { countryCode: 'AT' },
  });
  const { id } = await addDraft(api, customer.id);
  await api.patch(`/invoices/${id}`, { memo: 'As issued', purchaseOrderReference: 'PO-4711' });
  const { number } = await api.post(`/invoices/${id}/finalize`, {});
  const file = await getFile(api, `/invoices/${id}/factur-x`);
  expect(file.response.headers.get('content-type')).toBe('application/pdf');
  expect(file.response.headers.get('content-disposition')).toBe(`attachment; filename="Invoice ${number}.pdf"`);
  const { pages, embedded } = await readPdf(file.data);
  for (const text of [number, 'Grace Hopper', 'As issued', 'PO-4711']) expect(pages[0]).toContain(text);
  expect(embedded.get('factur-x.xml')).toEqual((await getFile(api, `/invoices/${id}/cii`)).data);

  await api.patch(`/invoices/${id}`, { memo: 'Changed' });
  const creditNote = await api.post(`/invoices/${id}/credit-notes`, { reason: 'Returned', amountMinor: '100' });
  const etag = file.response.headers.get('etag') ?? '';
  expect(await getFile(api, `/invoices/${id}/factur-x`, etag)).toMatchObject({ response: { status: 304 }, text: '' });
  const credited = await readPdf((await getFile(api, `/credit-notes/${creditNote.id}/factur-x`)).data);
  for (const text of [creditNote.number, number, 'Returned', 'PO-4711']) expect(credited.pages[0]).toContain(text);
  expect(credited.embedded.get('factur-x.xml')).toEqual(
    (await getFile(api, `/credit-notes/${creditNote.id}/cii`)).data,
  );
});
