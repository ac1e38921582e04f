import { beforeAll, expect, test } from 'vitest';
import { type Api, addDraft, signUp } from './testing/api.ts';
import { useNumer } from './testing/use-numer.ts';

const numer = useNumer();
const url = () => numer().url;

let api: Api;
beforeAll(async () => {
  api = await signUp(url);
});

/** A document as a client gets it that may have it already. */
async function getFile(path: string, etag = ''): Promise<{ readonly response: Response; readonly text: string }> {
  const headers = { authorization: `Bearer ${api.accessToken}`, 'if-none-match': etag };
  const response = await fetch(url() + path, { headers });
  return { response, text: await response.text() };
}

test('a draft tells over REST what it lacks to be an e-invoice, and completed and opened it is one', async () => {
  const customer = await api.post('/customers', { name: 'Müller & Söhne', email: 'mueller@example.com' });
  const { id } = await addDraft(api, customer.id);
  const pointersOf = async () => {
    const { status, body } = await api.call('GET', `/invoices/${id}/ubl`);
    expect([status, body.reason]).toEqual([409, 'E_INVOICE_IMPOSSIBLE']);
    return body.errors.map(({ pointer }: { readonly pointer: string }) => pointer);
  };
  const missing = ['/seller/address/countryCode', '/seller/taxId', '/customer/address/countryCode'];
  expect(await pointersOf()).toEqual(['/state', ...missing]);
  await api.patch(`/users/${api.userId}`, { taxId: 'DE123456789', address: { countryCode: 'DE' } });
  await api.patch(`/customers/${customer.id}`, { address: { countryCode: 'AT' } });
  expect(await pointersOf()).toEqual(['/state']);

  const opened = await api.post(`/invoices/${id}/finalize`, {});
  const invoice = await getFile(`/invoices/${id}/ubl`);
  expect(invoice.response.headers.get('content-type')).toBe('application/xml');
  expect(invoice.response.headers.get('content-disposition')).toBe(
    `attachment; filename="invoice-${opened.number}.xml"`,
  );
  expect(invoice.text).toContain('<cbc:RegistrationName>Müller &amp; Söhne</cbc:RegistrationName>');

  const inCii = await getFile(`/invoices/${id}/cii`);
  expect(inCii.response.headers.get('content-type')).toBe('application/xml');
  expect(inCii.text).toContain('<ram:Name>Müller &amp; Söhne</ram:Name>');

  const creditNote = await api.post(`/invoices/${id}/credit-notes`, { reason: 'Returned' });
  const credited = await getFile(`/credit-notes/${creditNote.id}/ubl`);
  expect(credited.text).toContain('<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>');
  const creditedInCii = await getFile(`/credit-notes/${creditNote.id}/cii`);
  expect(creditedInCii.text).toContain('<ram:TypeCode>381</ram:TypeCode>');
  const etag = invoice.response.headers.get('etag') ?? '';
  expect(await getFile(`/invoices/${id}/ubl`, etag)).toMatchObject({ response: { status: 304 }, text: '' });
  expect(await getFile(`/invoices/${id}/ubl`, '"another"')).toMatchObject({ text: invoice.text });
});
