import { expect, test } from 'vitest';
import type { InvoiceFacts } from './invoice-facts.ts';
import { type PrintOptions, printInvoice } from './print-documents.ts';

const options: PrintOptions = { language: 'en', paper: 'A4', createTime: '2026-03-01T12:00:00Z' };

const invoice: InvoiceFacts = {
  number: '2026-0042',
  issueDate: '2026-03-01',
  dueDate: '2026-03-31',
  deliveryDate: '',
  periodStartDate: '',
  periodEndDate: '',
  replacedNumber: '',
  buyerReference: '',
  purchaseOrderReference: '',
  instalments: [],
  earlyDiscount: undefined,
  currency: { code: 'EUR', exponent: 2 },
  lines: [],
  subtotalMinor: 10_000n,
  discountMinor: 0n,
  allowances: [],
  charges: [],
  taxes: [{ name: '', taxPercent: '19', netMinor: 10_000n, taxMinor: 1_900n }],
  totalMinor: 11_900n,
  retainedTaxes: [],
  roundingMinor: 0n,
  prepaidMinor: 0n,
  paidMinor: 0n,
  creditedMinor: 0n,
  earlyDiscountMinor: 0n,
  writtenOffMinor: 0n,
  dueMinor: 11_900n,
  memo: '',
  seller: {
    name: 'Lovelace & Sons',
    contactName: '',
    phone: '',
    email: 'ada@lovelace.example',
    taxId: 'DE123456789',
    taxRegistration: '',
    registration: '',
    addressLines: ['Main Street 1', '10115 Berlin'],
    countryCode: 'DE',
    paymentAccount: undefined,
  },
  customer: {
    name: 'Grace Hopper',
    taxId: '',
    registration: '',
    addressLines: ['Stephansplatz 2', '1010 Wien'],
    countryCode: 'AT',
  },
};

test('an invoice is titled by its number, from its seller and to its customer', () => {
  expect(printInvoice(invoice, options)).toMatchObject({
    title: 'Invoice 2026-0042',
    marking: '',
    issuer: [
      'Lovelace & Sons',
      'Main Street 1',
      '10115 Berlin',
      'Germany',
      'ada@lovelace.example',
      'Tax ID: DE123456789',
    ],
    recipient: ['Grace Hopper', 'Stephansplatz 2', '1010 Wien', 'Austria'],
    facts: [
      { label: 'Invoice number', value: '2026-0042' },
      { label: 'Date', value: '1 March 2026' },
      { label: 'Due date', value: '31 March 2026' },
    ],
    notes: [{ kind: 'paragraph', text: 'Please pay 119.00 EUR by 31 March 2026.' }],
  });
});

test('the total stands out, and what is due where that is something else', () => {
  const totalsOf = (changes: Partial<InvoiceFacts>) =>
    printInvoice({ ...invoice, ...changes }, options).sums.flatMap(({ isTotal, value }) => (isTotal ? [value] : []));
  expect(totalsOf({})).toEqual(['119.00 EUR']);
  expect(totalsOf({ prepaidMinor: 1_900n, dueMinor: 10_000n })).toEqual(['119.00 EUR', '100.00 EUR']);
});

test('a rate of 0 is printed with its amount, and why nothing is charged', () => {
  const taxes = [{ name: '', taxPercent: '0', netMinor: 10_000n, taxMinor: 0n, exemption: 'REVERSE_CHARGE' as const }];
  const { sums, notes } = printInvoice({ ...invoice, taxes, totalMinor: 10_000n, dueMinor: 10_000n }, options);
  expect(sums).toMatchObject([
    { label: 'Subtotal', value: '100.00 EUR' },
    { label: 'Tax 0% on 100.00 EUR', value: '0.00 EUR' },
    { label: 'Total', value: '100.00 EUR' },
  ]);
  expect(notes).toContainEqual({ kind: 'paragraph', text: 'Reverse charge: the customer is liable for the tax' });
});

test('what an invoice says besides its amounts is printed: supply, references, where to pay, what it replaces', () => {
  const paymentAccount = { holder: 'Ada Lovelace', identifier: 'DE89370400440532013000', bic: 'COBADEFFXXX' };
  const printed = printInvoice(
    {
      ...invoice,
      deliveryDate: '2026-02-27',
      periodStartDate: '2026-02-01',
      periodEndDate: '2026-02-28',
      buyerReference: 'Dept. 7',
      purchaseOrderReference: 'PO-1',
      replacedNumber: '2026-0041',
      seller: { ...invoice.seller, paymentAccount },
    },
    options,
  );
  expect(printed.facts.slice(3).map(({ value }) => value)).toEqual([
    '27 February 2026',
    '1 February 2026 to 28 February 2026',
    'Dept. 7',
    'PO-1',
  ]);
  expect(printed.notes).toMatchObject([
    { text: 'It replaces invoice 2026-0041, which you no longer need to pay.' },
    { text: 'Please pay 119.00 EUR by 31 March 2026.' },
    {
      facts: [
        { value: 'Ada Lovelace' },
        { label: 'IBAN', value: 'DE89 3704 0044 0532 0130 00' },
        { label: 'BIC', value: 'COBADEFFXXX' },
        { value: '2026-0042' },
      ],
    },
  ]);
});

test('the numbers of a customer are said where there are some', () => {
  const customer = { ...invoice.customer, taxId: 'ATU12345678', registration: 'FN 36115 v' };
  const labels = (language: 'en' | 'de') =>
    printInvoice({ ...invoice, customer }, { ...options, language }).facts.slice(-2);
  expect(labels('en')).toEqual([
    { label: 'Your tax ID', value: 'ATU12345678' },
    { label: 'Your registration number', value: 'FN 36115 v' },
  ]);
  expect(labels('de')).toEqual([
    { label: 'Ihre USt-IdNr.', value: 'ATU12345678' },
    { label: 'Ihre Registernummer', value: 'FN 36115 v' },
  ]);
});

test('addresses name their country only to whoever is in another one, in the language of the document', () => {
  const ofCustomerIn = (countryCode: string, language: 'en' | 'de' = 'en') => {
    const document = { ...invoice, customer: { ...invoice.customer, countryCode } };
    const { issuer, recipient } = printInvoice(document, { ...options, language });
    return [issuer[3], recipient[3]];
  };
  expect(ofCustomerIn('AT', 'de')).toEqual(['Deutschland', 'Österreich']);
  expect(ofCustomerIn('DE')).toEqual(['ada@lovelace.example', undefined]);
  expect(ofCustomerIn('')).toEqual(['Germany', undefined]);
});

test('a seller says whom to ask, and what the law wants on letters of a business', () => {
  const more = {
    contactName: 'Byron',
    phone: '+49 30 1234567',
    taxRegistration: '12/345',
    registration: 'HRB 12345 B',
  };
  const issuer = (language: 'en' | 'de', seller = { ...invoice.seller, ...more }) =>
    printInvoice({ ...invoice, seller }, { ...options, language }).issuer.slice(4);
  expect(issuer('en')).toEqual([
    'Contact: Byron',
    'Phone: +49 30 1234567',
    'ada@lovelace.example',
    'Tax ID: DE123456789',
    'Tax number: 12/345',
    'Registration number: HRB 12345 B',
  ]);
  expect(issuer('de')).toEqual([
    'Ansprechpartner: Byron',
    'Telefon: +49 30 1234567',
    'ada@lovelace.example',
    'USt-IdNr.: DE123456789',
    'Steuernummer: 12/345',
    'Registernummer: HRB 12345 B',
  ]);
  const phrase = { ...invoice.seller, taxRegistration: 'Godkänd för F-skatt' };
  expect(issuer('en', phrase)).toEqual(['ada@lovelace.example', 'Tax ID: DE123456789', 'Godkänd för F-skatt']);
});

test('what is not in force says so: a draft has no number, a voided invoice asks for nothing', () => {
  expect(printInvoice({ ...invoice, number: '' }, { ...options, marking: 'draft' })).toMatchObject({
    title: 'Invoice',
    marking: 'Draft',
    facts: [{ label: 'Date' }, { label: 'Due date' }],
  });
  const cancellation = { date: '2026-03-09', replacingNumber: '' };
  expect(printInvoice(invoice, { ...options, marking: 'copy', cancellation })).toMatchObject({
    marking: 'Void',
    notes: [{ text: 'This invoice was cancelled on 9 March 2026. You no longer need to pay it.' }],
  });
});

test('an invoice whose last payment is not known is paid all the same', () => {
  const paid = { ...invoice, paidMinor: 11_900n, dueMinor: 0n };
  const notesOf = (language: 'en' | 'de') => printInvoice(paid, { ...options, language, today: '2026-03-09' }).notes;
  expect(notesOf('en')).toEqual([{ kind: 'paragraph', text: 'Paid in full.' }]);
  expect(notesOf('de')).toEqual([{ kind: 'paragraph', text: 'Vollständig bezahlt.' }]);
});

test('an early-payment discount says until when which amount settles the invoice, and what was granted', () => {
  const earlyDiscount = { percent: '2', lastDate: '2026-03-11', dueMinor: 11_662n };
  const notes = (language: 'en' | 'de', today?: string) =>
    printInvoice({ ...invoice, earlyDiscount }, { ...options, language, today }).notes;
  expect(notes('en')).toMatchObject([
    {
      text: 'Please pay 119.00 EUR by 31 March 2026. If you pay by 11 March 2026, you get a 2% early-payment discount and pay 116.62 EUR.',
    },
  ]);
  expect(notes('de')).toMatchObject([{ text: expect.stringContaining('2 % Skonto: Dann zahlen Sie 116,62 EUR.') }]);
  expect(notes('en', '2026-03-12')).toMatchObject([{ text: 'Please pay 119.00 EUR by 31 March 2026.' }]);
  expect(printInvoice({ ...invoice, earlyDiscount }, { ...options, isAsIssued: true }).notes).toMatchObject([
    { text: expect.stringMatching(/^As issued on .* you get a 2% early-payment discount and pay 116\.62 EUR\.$/) },
  ]);
  const granted = { ...invoice, earlyDiscountMinor: 238n, paidMinor: 11_662n, dueMinor: 0n };
  expect(printInvoice(granted, options).notes).toMatchObject([{ text: 'Paid in full.' }]);
  expect(printInvoice(granted, options).sums.slice(-3)).toMatchObject([
    { label: 'Paid', value: '-116.62 EUR' },
    { label: 'Early-payment discount', value: '-2.38 EUR' },
    { label: 'Amount due', value: '0.00 EUR' },
  ]);
});
