import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CreditNoteFacts, InvoiceFacts, LineFacts, QuoteFacts } from './invoice-facts.ts';
import type { Language } from './language.ts';
import type { Mail } from './mail.ts';
import {
  writeCreditNoteMail,
  writeInvoiceMail,
  writePaymentMail,
  writeQuoteMail,
  writeReminderMail,
  writeReversalMail,
  writeVoidMail,
} from './write-mails.ts';

/** The day on which mails are written. */
const TODAY = '2026-03-01';

const plainLine = {
  unitCode: 'C62',
  baseQuantity: '1',
  taxPercent: '19',
  taxes: [],
  discountPercent: '0',
  discountMinor: 0n,
  allowances: [],
  charges: [],
  includedTaxMinor: 0n,
};

const invoice: InvoiceFacts = {
  number: '2026-0042',
  issueDate: '2026-03-01',
  dueDate: '2026-03-31',
  deliveryDate: '2026-02-27',
  periodStartDate: '',
  periodEndDate: '',
  buyerReference: '04011000-12345-34',
  purchaseOrderReference: 'PO <4711>',
  replacedNumber: '',
  instalments: [],
  earlyDiscount: undefined,
  currency: { code: 'EUR', exponent: 2 },
  lines: [
    {
      ...plainLine,
      description: 'Consulting',
      quantity: '25',
      unitCode: 'HUR',
      unitPrice: '49.995',
      netMinor: 124_988n,
    },
    {
      ...plainLine,
      description: 'Book, "Exact <money>"',
      quantity: '1.5',
      unitPrice: '20',
      taxPercent: '7',
      discountMinor: 375n,
      discountPercent: '12.5',
      netMinor: 2_625n,
    },
  ],
  subtotalMinor: 127_613n,
  discountMinor: 12_761n,
  allowances: [],
  charges: [],
  taxes: [
    { name: '', taxPercent: '7', netMinor: 2_363n, taxMinor: 165n },
    { name: '', taxPercent: '19', netMinor: 112_489n, taxMinor: 21_373n },
  ],
  totalMinor: 136_390n,
  retainedTaxes: [],
  roundingMinor: 0n,
  prepaidMinor: 0n,
  paidMinor: 0n,
  creditedMinor: 0n,
  earlyDiscountMinor: 0n,
  writtenOffMinor: 0n,
  dueMinor: 136_390n,
  memo: 'Thank you for your trust.\nSee you in April!',
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
    paymentAccount: { holder: 'Ada Lovelace', identifier: 'DE89370400440532013000', bic: 'COBADEFFXXX' },
  },
  customer: {
    name: 'Grace Hopper',
    taxId: 'ATU12345678',
    registration: '',
    addressLines: ['Stephansplatz 2', '1010 Wien'],
    countryCode: 'AT',
  },
};

const creditNote: CreditNoteFacts = {
  number: 'CN-00007',
  issueDate: '2026-04-02',
  invoiceNumber: '2026-0042',
  invoiceIssueDate: '2026-03-01',
  reason: 'Five hours too many, and the book came back.',
  currency: { code: 'EUR', exponent: 2 },
  lines: [
    { description: 'Consulting', quantity: '5', unitCode: 'HUR', taxPercent: '19', taxes: [], netMinor: 24_998n },
    {
      description: 'Book, "Exact <money>"',
      quantity: '',
      unitCode: 'C62',
      taxPercent: '7',
      taxes: [],
      netMinor: 2_625n,
    },
  ],
  subtotalMinor: 27_623n,
  discountMinor: 2_762n,
  allowances: [],
  charges: [],
  taxes: [
    { name: '', taxPercent: '7', netMinor: 2_363n, taxMinor: 165n },
    { name: '', taxPercent: '19', netMinor: 22_498n, taxMinor: 4_275n },
  ],
  totalMinor: 29_301n,
  retainedTaxes: [],
  roundingMinor: -1n,
  payableMinor: 29_300n,
  appliedMinor: 20_000n,
  creditMinor: 9_300n,
  seller: invoice.seller,
  customer: invoice.customer,
};

const payment = {
  today: '2026-01-15',
  amountMinor: 50_000n,
  paymentDate: '2026-03-15',
  excessMinor: 0n,
  leftMinor: 86_390n,
};

const quote: QuoteFacts = { ...invoice, number: 'Q-00007', expireDate: '2026-03-31' };

/** A reviewer reads each line of these files that changes. */
async function expectGolden(name: string, language: Language, mail: Mail): Promise<void> {
  const path = join(import.meta.dirname, 'testdata', `${name}.${language}`);
  await expect(`Subject: ${mail.subject}\n\n${mail.text}`).toMatchFileSnapshot(`${path}.txt`);
  await expect(mail.html).toMatchFileSnapshot(`${path}.html`);
}

describe.each(['en', 'de'] as const)('in %s', (language) => {
  test('the invoice mail', () => expectGolden('invoice', language, writeInvoiceMail(invoice, TODAY, language)));

  test('the quote mail', () => expectGolden('quote', language, writeQuoteMail(quote, language)));

  test('the invoice mail in words of the seller', () => {
    const message = '\n Dear Grace,\r\n\r\nyour <b>copy</b> & "more":\n-- \nAda\n';
    return expectGolden('invoice-own-words', language, writeInvoiceMail(invoice, TODAY, language, message));
  });

  test('the quote and the credit note mail have these words after the greeting as well', () => {
    for (const mail of [
      writeQuoteMail(quote, language, 'Yes\nno'),
      writeCreditNoteMail(creditNote, language, 'Yes\nno'),
    ]) {
      expect(mail.text).toMatch(/^[^\n]+,\n\nYes\nno\n\n\S/);
      expect(mail.html).toMatch(/<p>[^<]+,<\/p>\n<p>Yes<br>no<\/p>\n<p>/);
    }
  });

  test('the place of the link is the same with words of the seller as without, below what the mail is about', () => {
    const after = (mail: Mail) => mail.text.slice(mail.linkPlace?.textOffset);
    expect(after(writeInvoiceMail(invoice, TODAY, language, 'Yes\n\nno'))).toBe(
      after(writeInvoiceMail(invoice, TODAY, language)),
    );
    const afterHtml = (mail: Mail) => mail.html.slice(mail.linkPlace?.htmlOffset);
    expect(afterHtml(writeQuoteMail(quote, language, 'Yes'))).toBe(afterHtml(writeQuoteMail(quote, language)));
  });

  test('words that are blank are left out', () => {
    expect(writeInvoiceMail(invoice, TODAY, language, ' \n\t\r\n')).toEqual(writeInvoiceMail(invoice, TODAY, language));
  });

  test('the reminder', () =>
    expectGolden(
      'reminder',
      language,
      writeReminderMail(invoice, { today: '2026-03-28', dueDate: '2026-03-31' }, language),
    ));

  test('the credit note mail', () => expectGolden('credit-note', language, writeCreditNoteMail(creditNote, language)));

  test('the payment mail', () => expectGolden('payment', language, writePaymentMail(invoice, payment, language)));

  test('the reversal mail', () => {
    const reversed = { ...payment, excessMinor: 10_000n, leftMinor: 136_390n };
    return expectGolden('reversal', language, writeReversalMail(invoice, reversed, language));
  });

  test('the void mail', () => expectGolden('void', language, writeVoidMail(invoice, '2026-0043', language)));
});

describe('of an invoice in instalments', () => {
  const [january, march, april] = ['2026-01-31', '2026-03-31', '2026-04-30'];
  const inInstalments: InvoiceFacts = {
    ...invoice,
    dueDate: january,
    instalments: [
      { dueDate: '2025-12-31', dueMinor: 0n },
      { dueDate: january, dueMinor: 10_000n },
      { dueDate: march, dueMinor: 50_000n },
      { dueDate: april, dueMinor: 76_390n },
    ],
  };

  test('the invoice mail tells each that is to be paid, and its day', () => {
    const { text } = writeInvoiceMail(inInstalments, TODAY, 'en');
    expect(text).toContain('Please pay 1,363.90 EUR in the instalments below.');
    expect(text).toContain(`
Instalment due on 31 January 2026: 100.00 EUR
Instalment due on 31 March 2026: 500.00 EUR
Instalment due on 30 April 2026: 763.90 EUR
`);
    expect(text).not.toContain('2025');
    expect(text).not.toContain('Please pay 1,363.90 EUR by');
  });

  const remind = (today: string, dueDate: string) => writeReminderMail(inInstalments, { today, dueDate }, 'en').text;

  test('a reminder asks for what is due by then, and tells of the rest', () => {
    const { subject, text } = writeReminderMail(inInstalments, { today: '2026-01-28', dueDate: january }, 'en');
    expect(subject).toBe('Reminder: an instalment of invoice 2026-0042 is due in 3 days');
    expect(text).toContain('The amount due is 100.00 EUR. Another 1,263.90 EUR is due later.');
  });

  test('a reminder asks for what was due before as well', () => {
    expect(remind('2026-03-28', march)).toContain('The amount due is 600.00 EUR. Another 763.90 EUR is due later.');
    expect(remind('2026-05-01', january)).toContain('The amount due is 1,363.90 EUR.');
    expect(remind('2026-05-01', january)).not.toContain('later');
  });

  test('the payment mail tells what is due next, and of the rest', () => {
    const { text } = writePaymentMail(inInstalments, { ...payment, leftMinor: 136_390n }, 'de');
    expect(text).toContain(
      'Offen sind noch 100,00 EUR, fällig am 31. Januar 2026. Weitere 1.263,90 EUR sind später fällig.',
    );
    const late = writePaymentMail(inInstalments, { ...payment, today: '2026-04-01', leftMinor: 136_390n }, 'en').text;
    expect(late).toContain('The remaining 600.00 EUR is due on 31 January 2026. Another 763.90 EUR is due later.');
  });
});

describe('of an invoice with an early-payment discount', () => {
  const discounted: InvoiceFacts = {
    ...invoice,
    earlyDiscount: { percent: '2.5', lastDate: '2026-03-11', dueMinor: 132_980n },
  };
  const [english, german] = [
    'If you pay by 11 March 2026, you get a 2.5% early-payment discount and pay 1,329.80 EUR.',
    'Bei Zahlung bis zum 11. März 2026 gewähren wir 2,5 % Skonto: Dann zahlen Sie 1.329,80 EUR.',
  ];

  test('the invoice mail says until when which amount settles it, up to the last day', () => {
    expect(writeInvoiceMail(discounted, '2026-03-11', 'en').text).toContain(
      `Please pay 1,363.90 EUR by 31 March 2026. ${english}`,
    );
    expect(writeInvoiceMail(discounted, TODAY, 'de').text).toContain(
      `Bitte zahlen Sie 1.363,90 EUR bis zum 31. März 2026. ${german}`,
    );
    expect(writeInvoiceMail(discounted, '2026-03-12', 'en').text).not.toContain('deduct');
  });

  test('so do a reminder and a payment that leaves something due', () => {
    const remind = (today: string) => writeReminderMail(discounted, { today, dueDate: '2026-03-31' }, 'en').text;
    expect(remind('2026-03-11')).toContain(`The amount due is 1,363.90 EUR. ${english}`);
    expect(remind('2026-03-12')).not.toContain('deduct');
    const part = { ...payment, today: '2026-03-05', leftMinor: 136_390n };
    expect(writePaymentMail(discounted, part, 'de').text).toContain(german);
    expect(writePaymentMail(discounted, { ...part, today: '2026-03-12' }, 'de').text).not.toContain('Skonto');
  });

  test('the payment that reaches it says so', () => {
    const granted = { ...discounted, earlyDiscountMinor: 3_410n, dueMinor: 0n };
    const last = { ...payment, leftMinor: 0n };
    expect(writePaymentMail(granted, last, 'en').text).toContain(
      'With an early-payment discount of 34.10 EUR, the invoice is now settled.',
    );
    expect(writePaymentMail(granted, last, 'de').text).toContain('Mit 34,10 EUR Skonto ist die Rechnung');
  });

  test('nothing says so where it changes nothing', () => {
    for (const dueMinor of [136_390n, 0n]) {
      const same = { ...discounted, earlyDiscount: { percent: '2.5', lastDate: '2026-03-11', dueMinor } };
      expect(writeInvoiceMail(same, TODAY, 'en').text).not.toContain('deduct');
    }
  });
});

test('the reversal mail asks for nothing where nothing is to be paid, and for an instalment where one is due first', () => {
  const settled = writeReversalMail(invoice, { ...payment, leftMinor: 0n }, 'en').text;
  expect(settled).toContain('There is nothing left to pay.');
  expect(settled).not.toContain('IBAN');
  const instalments = [
    { dueDate: '2026-01-31', dueMinor: 10_000n },
    { dueDate: '2026-03-31', dueMinor: 126_390n },
  ];
  const inInstalments = { ...invoice, dueDate: '2026-01-31', instalments };
  expect(writeReversalMail(inInstalments, { ...payment, leftMinor: 136_390n }, 'en').text).toContain(
    'The amount due is now 100.00 EUR. The due date is 31 January 2026. Another 1,263.90 EUR is due later.',
  );
});

describe('a reminder says how far the due date is', () => {
  test.each([
    ['2026-03-24', 'is due in 7 days', 'is due in 7 days, on 31 March 2026'],
    ['2026-03-30', 'is due tomorrow', 'is due tomorrow, on 31 March 2026'],
    ['2026-03-31', 'is due today', 'is due today, on 31 March 2026'],
    ['2026-04-01', 'is 1 day overdue', 'was due on 31 March 2026, 1 day ago'],
    ['2026-04-07', 'is 7 days overdue', 'was due on 31 March 2026, 7 days ago'],
  ])('on %s in English', (today, subject, body) => {
    const mail = writeReminderMail(invoice, { today, dueDate: '2026-03-31' }, 'en');
    expect(mail.subject).toBe(`Reminder: invoice 2026-0042 ${subject}`);
    expect(mail.text).toContain(`invoice 2026-0042 ${body}. The amount due is 1,363.90 EUR.`);
  });

  test.each([
    ['2026-03-24', 'ist in 7 Tagen fällig', 'in 7 Tagen, am 31. März 2026, fällig ist'],
    ['2026-03-30', 'ist morgen fällig', 'morgen, am 31. März 2026, fällig ist'],
    ['2026-03-31', 'ist heute fällig', 'heute, am 31. März 2026, fällig ist'],
    ['2026-04-01', 'ist seit 1 Tag überfällig', 'am 31. März 2026 fällig war, vor 1 Tag'],
    ['2026-04-07', 'ist seit 7 Tagen überfällig', 'am 31. März 2026 fällig war, vor 7 Tagen'],
  ])('on %s in German', (today, subject, body) => {
    const mail = writeReminderMail(invoice, { today, dueDate: '2026-03-31' }, 'de');
    expect(mail.subject).toBe(`Erinnerung: Rechnung 2026-0042 ${subject}`);
    expect(mail.text).toContain(`Rechnung 2026-0042 ${body}. Der offene Betrag ist 1.363,90 EUR.`);
  });
});

test('the payment that pays the rest says so', () => {
  const last = { ...payment, leftMinor: 0n };
  expect(writePaymentMail(invoice, last, 'en').text).toContain('The invoice is now paid in full.');
  expect(writePaymentMail(invoice, last, 'de').text).toContain('vollständig bezahlt');
});

test('a payment that is more than what was due says what became of the rest', () => {
  const over = { ...payment, excessMinor: 1_000n, leftMinor: 0n };
  expect(writePaymentMail(invoice, over, 'en').text).toContain(
    '10.00 EUR of it is more than was due, and is now credit on your account. The invoice is now paid in full.',
  );
  expect(writePaymentMail(invoice, over, 'de').text).toContain('10,00 EUR davon sind mehr, als offen war, und nun Ihr');
});

test.each([
  ['en', 'Please pay 1,363.90 EUR by 31 March 2026.', 'Please pay 1,363.90 EUR. It was due on 31 March 2026.'],
  [
    'de',
    'Bitte zahlen Sie 1.363,90 EUR bis zum 31. März 2026.',
    'Bitte zahlen Sie 1.363,90 EUR. Die Zahlung war am 31. März 2026 fällig.',
  ],
] as const)('an invoice that is mailed after its due date says in %s when that was', (language, by, was) => {
  expect(writeInvoiceMail(invoice, '2026-03-31', language).text).toContain(by);
  const { text } = writeInvoiceMail(invoice, '2026-04-01', language);
  expect(text).toContain(was);
  expect(text).not.toContain(by);
});

test.each([
  ['JPY', 0, '136,390 JPY'],
  ['EUR', 2, '1,363.90 EUR'],
  ['KWD', 3, '136.390 KWD'],
  ['CLF', 4, '13.6390 CLF'],
] as const)('an invoice in %s shows %d decimals', (code, exponent, total) => {
  const mail = writeInvoiceMail({ ...invoice, currency: { code, exponent } }, TODAY, 'en');
  expect(mail.text).toContain(`Please pay ${total} by 31 March 2026.`);
  expect(mail.text).toContain(`Total: ${total}`);
  expect(mail.html).toContain(`>${total}</td>`);
});

test('all that lies between the lines and what is due is listed, and adds up', () => {
  const { text } = writeInvoiceMail(
    {
      ...invoice,
      allowances: [{ reason: 'Loyalty', netMinor: 1_000n }],
      charges: [{ reason: '', netMinor: 500n }],
      taxes: [{ name: 'GST', taxPercent: '5', netMinor: 114_352n, taxMinor: 5_718n }],
      totalMinor: 120_070n,
      retainedTaxes: [{ name: 'IRPF', taxPercent: '15', netMinor: 114_687n, taxMinor: 17_203n }],
      roundingMinor: 3n,
      prepaidMinor: 10_000n,
      paidMinor: 870n,
      creditedMinor: 1_500n,
      writtenOffMinor: 500n,
      dueMinor: 90_000n,
    },
    TODAY,
    'en',
  );
  expect(text).toContain(`Subtotal: 1,276.13 EUR
Discount: -127.61 EUR
Loyalty: -10.00 EUR
Charge: 5.00 EUR
GST 5% on 1,143.52 EUR: 57.18 EUR
Total: 1,200.70 EUR
IRPF 15% on 1,146.87 EUR, retained: -172.03 EUR
Rounding: 0.03 EUR
Prepaid: -100.00 EUR
Paid: -8.70 EUR
Credited: -15.00 EUR
Written off: -5.00 EUR
Amount due: 900.00 EUR`);
});

test('a line tells all that its amount comes of', () => {
  const line = { ...plainLine, description: 'Screws', quantity: '250', unitPrice: '5', netMinor: 1_050n };
  const detailOf = (other: Partial<LineFacts>) =>
    /\* Screws\n {2}(.*)\n/.exec(
      writeInvoiceMail({ ...invoice, lines: [{ ...line, ...other }] }, TODAY, 'en').text,
    )?.[1];
  expect(detailOf({ baseQuantity: '100' })).toBe('250 × 5.00 / 100, 19% tax');
  expect(detailOf({ unitCode: 'KGM', quantity: '2.5' })).toBe('2.5 kg × 5.00, 19% tax');
  expect(detailOf({ unitCode: 'XPX', quantity: '2' })).toBe('2 XPX × 5.00, 19% tax');
  expect(detailOf({ discountMinor: 200n })).toBe('250 × 5.00, -2.00 EUR, 19% tax');
  expect(
    detailOf({
      allowances: [{ reason: 'Loyalty', calculatedMinor: 100n }],
      charges: [{ reason: '', calculatedMinor: 50n }],
    }),
  ).toBe('250 × 5.00, Loyalty -1.00 EUR, Charge 0.50 EUR, 19% tax');
  const taxes = [
    { percent: '5', retained: false },
    { percent: '15', retained: true },
  ];
  expect(detailOf({ taxPercent: '', taxes })).toBe('250 × 5.00, 5% tax');
  expect(detailOf({ includedTaxMinor: 168n })).toBe('250 × 5.00, 19% tax, including 1.68 EUR tax');
});

test('a document without tax shows the rate of 0 and says why, each reason once, and on what when that is not all', () => {
  const none = { name: '', taxPercent: '0', netMinor: 1_000n, taxMinor: 0n };
  const exempt = { ...none, exemption: 'EXEMPT' as const, exemptionReason: '§ 19 UStG' };
  const reverse = { ...none, exemption: 'REVERSE_CHARGE' as const };
  const mailsOf = (taxes: InvoiceFacts['taxes']) => [
    writeInvoiceMail({ ...invoice, taxes }, TODAY, 'de').text,
    writeQuoteMail({ ...quote, taxes }, 'de').text,
    writeCreditNoteMail({ ...creditNote, taxes }, 'de').text,
  ];
  const zeroRow = 'Umsatzsteuer 0 % auf 10,00 EUR: 0,00 EUR\nGesamtbetrag: ';
  for (const text of mailsOf([exempt])) {
    expect(text).toContain(`\n${zeroRow}`);
    expect(text).toContain('\n\nSteuerfrei: § 19 UStG\n\n');
  }
  for (const text of mailsOf([none])) expect(text).toContain(`\n${zeroRow}`);
  for (const text of mailsOf([{ ...none, exemption: 'OUTSIDE_SCOPE' }])) {
    expect(text).not.toContain('0 %');
    expect(text).toContain('\n\nNicht steuerbar\n\n');
  }
  for (const text of mailsOf([reverse, { ...reverse, name: 'Second' }, { ...exempt, netMinor: 500n }, none])) {
    expect(text).toContain(
      '\n\nSteuerschuldnerschaft des Leistungsempfängers (10,00 EUR)\nSteuerfrei: § 19 UStG (5,00 EUR)\n\n',
    );
    expect(text).toContain('\nUmsatzsteuer 0 % auf 10,00 EUR: 0,00 EUR\n');
  }
  const reminder = { today: '2026-03-28', dueDate: '2026-03-31' };
  expect(writeReminderMail({ ...invoice, taxes: [exempt] }, reminder, 'de').text).not.toContain('Steuerfrei');
});

test('a tax number has the name of its kind in German', () => {
  const { text } = writeInvoiceMail({ ...invoice, seller: { ...invoice.seller, taxId: '12/345/67890' } }, TODAY, 'de');
  expect(text).toContain('Österreich, USt-IdNr.: ATU12345678\n');
  expect(text).toContain('\nSteuernummer: 12/345/67890\n');
});

test('an invoice without anything due asks for nothing', () => {
  const paid = { ...invoice, paidMinor: invoice.totalMinor, dueMinor: 0n };
  const { text } = writeInvoiceMail(paid, TODAY, 'en');
  expect(text).toContain('There is nothing left to pay.');
  expect(text).not.toContain('Please pay');
  expect(text).toContain('Paid: -1,363.90 EUR\nAmount due: 0.00 EUR');
});

test('where to pay is told as long as something is due, an IBAN in groups of four and any other number as it is', () => {
  const { text } = writeInvoiceMail(invoice, TODAY, 'de');
  expect(text).toContain(`
Kontoinhaber: Ada Lovelace
IBAN: DE89 3704 0044 0532 0130 00
BIC: COBADEFFXXX
Verwendungszweck: 2026-0042
`);
  const paymentAccount = { holder: 'Ada', identifier: '12-34-56 12345678', bic: '' };
  const abroad = writeInvoiceMail({ ...invoice, seller: { ...invoice.seller, paymentAccount } }, TODAY, 'en').text;
  expect(abroad).toContain(`
Account holder: Ada
Account number: 12-34-56 12345678
Payment reference: 2026-0042
`);
  const settled = { ...payment, leftMinor: 0n };
  expect(writeInvoiceMail({ ...invoice, dueMinor: 0n }, TODAY, 'en').text).not.toContain('IBAN');
  expect(writePaymentMail(invoice, settled, 'en').text).not.toContain('IBAN');
  expect(writeQuoteMail(quote, 'en').text).not.toContain('IBAN');
  const seller = { ...invoice.seller, paymentAccount: undefined };
  expect(writeInvoiceMail({ ...invoice, seller }, TODAY, 'en').text).not.toContain('Payment reference');
});

test('an invoice tells the period that it is for, one that begins or ends openly too', () => {
  const periodOf = (periodStartDate: string, periodEndDate: string, language: Language) =>
    /(?:Leistungszeitraum|Invoicing period): (.*)/.exec(
      writeInvoiceMail({ ...invoice, periodStartDate, periodEndDate }, TODAY, language).text,
    )?.[1];
  const [first, last] = ['2026-02-01', '2026-02-28'];
  expect(periodOf(first, last, 'en')).toBe('1 February 2026 to 28 February 2026');
  expect(periodOf(first, '', 'en')).toBe('from 1 February 2026');
  expect(periodOf('', last, 'en')).toBe('until 28 February 2026');
  expect(periodOf(last, last, 'en')).toBe('28 February 2026');
  expect(periodOf('', '', 'en')).toBeUndefined();
  expect(periodOf(first, last, 'de')).toBe('1. Februar 2026 bis 28. Februar 2026');
  expect(periodOf(first, '', 'de')).toBe('ab 1. Februar 2026');
  expect(periodOf('', last, 'de')).toBe('bis 28. Februar 2026');
});

test('an invoice that says nothing of supply and order has no lines for them', () => {
  const bare = { ...invoice, deliveryDate: '', buyerReference: '', purchaseOrderReference: '' };
  for (const { text } of [writeInvoiceMail(bare, TODAY, 'en'), writeQuoteMail({ ...quote, ...bare }, 'en')]) {
    expect(text).not.toMatch(/Date of supply|Your reference|Purchase order/);
  }
});

test('a revision names the invoice that it replaces', () => {
  const revision = { ...invoice, replacedNumber: '2026-0041' };
  expect(writeInvoiceMail(revision, TODAY, 'en').text).toContain(
    'Here is invoice 2026-0042 from Lovelace & Sons. It replaces invoice 2026-0041, which you no longer need to pay. Please pay',
  );
  expect(writeInvoiceMail(revision, TODAY, 'de').text).toContain(
    'Sie ersetzt die Rechnung 2026-0041, die nicht mehr zu zahlen ist. Bitte zahlen Sie',
  );
});

test('a quote that does not expire says nothing of a last day', () => {
  const { text } = writeQuoteMail({ ...quote, expireDate: undefined }, 'en');
  expect(text).toContain(
    'Here is quote Q-00007 from Lovelace & Sons.\n\nTo accept it, please reply to this message.\n',
  );
  expect(text).not.toContain('alid until');
});

test('what people typed is text in the HTML part, never markup', () => {
  const evil = `<img src=x onerror="alert('1')">&amp;`;
  const shown = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;';
  const [line] = invoice.lines;
  if (line === undefined) throw new Error('the invoice has a line');
  const { html } = writeInvoiceMail(
    {
      ...invoice,
      number: evil,
      replacedNumber: evil,
      buyerReference: evil,
      purchaseOrderReference: evil,
      memo: evil,
      customer: { name: evil, taxId: evil, registration: evil, addressLines: [evil], countryCode: evil },
      seller: {
        name: evil,
        contactName: evil,
        phone: evil,
        email: evil,
        taxId: evil,
        taxRegistration: evil,
        registration: evil,
        addressLines: [evil],
        countryCode: evil,
        paymentAccount: { holder: evil, identifier: evil, bic: evil },
      },
      lines: [{ ...line, description: evil }],
    },
    TODAY,
    'en',
  );
  expect(html.split(shown).length - 1).toBe(28);
  expect(html).not.toContain('<img');
  expect(html).not.toContain('onerror="');
});

test('a subject is one line of at most 150 characters', () => {
  const name = `Eve\r\nBcc: all@example.com\u2028\u0000\u202e${'👍'.repeat(200)}`;
  const { subject } = writeInvoiceMail({ ...invoice, seller: { ...invoice.seller, name } }, TODAY, 'en');
  expect(subject).toMatch(/^Invoice 2026-0042 from Eve Bcc: all@example.com 👍+…$/u);
  expect([...subject]).toHaveLength(150);
});
