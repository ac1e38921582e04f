import { randomUUIDv7 } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { linkTokenOf } from '../links/link-token.ts';
import { type Linker, startLinker } from '../testing/start-linker.ts';

let linker: Linker;
beforeAll(async () => {
  linker = await startLinker();
});
afterAll(() => linker.stop());
afterEach(() => linker.clock.set('2026-03-01T12:00:00Z'));

const voided = { state: Invoice_State.VOID, voidTime: timestampFromDate(new Date('2026-03-01T12:00:00Z')) };
const german = { name: 'Grace Hopper', email: 'grace@hopper.example', locale: 'de-AT' };
const paymentAccount = { accountIdentifier: 'DE89370400440532013000', bic: 'COBADEFFXXX' };
const seller = {
  name: 'Lovelace & Sons',
  email: 'ada@lovelace.example',
  taxId: 'DE123456789',
  address: { line1: 'Main Street 1', postalCode: '10115', city: 'Berlin', countryCode: 'DE' },
  paymentAccount,
};

describe('the page of an invoice', () => {
  test('says in English what the invoice says, with exact amounts, and how to pay it', async () => {
    const words = await linker.wordsOf(linker.addInvoice({ seller }));
    for (const part of [
      'Awaiting payment 119.00 EUR is still due.',
      'Grace Hopper',
      'Lovelace &amp; Sons Main Street 1 10115 Berlin Germany ada@lovelace.example Tax ID: DE123456789',
      'Invoice 2026-0042',
      'Invoice number 2026-0042 Date 1 March 2026 Due date 31 March 2026',
      'Consulting 2 × 50.00, 19% tax 100.00 EUR',
      'Subtotal 100.00 EUR Tax 19% on 100.00 EUR 19.00 EUR Total 119.00 EUR',
      'Please pay 119.00 EUR by 31 March 2026.',
      'IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX Payment reference 2026-0042',
    ]) {
      expect(words).toContain(part);
    }
  });

  test('says it in German', async () => {
    const words = await linker.wordsOf(linker.addInvoice({ customer: german, seller }));
    for (const part of [
      'Zu zahlen Offen sind noch 119,00 EUR.',
      'Rechnung 2026-0042',
      'Zwischensumme 100,00 EUR',
      '19,00 EUR',
      'Bitte zahlen Sie 119,00 EUR bis zum 31. März 2026.',
    ]) {
      expect(words).toContain(part);
    }
    expect(await linker.pageOf(await linker.tokenOf(linker.addInvoice({ customer: german })))).toContain('lang="de"');
  });

  test('shows what is paid and credited, and what is still due', async () => {
    const words = await linker.wordsOf(
      linker.addInvoice({ paidMinor: 5_000n, creditedMinor: 900n, dueMinor: 6_000n, partiallyPaid: true }),
    );
    expect(words).toContain('Partly paid 60.00 EUR is still due.');
    expect(words).toContain(
      'Total 119.00 EUR Paid -50.00 EUR Credited -9.00 EUR Amount due as of 1 March 2026 60.00 EUR',
    );
  });

  test('tells what was written off from what was credited, and does not call it paid', async () => {
    const document = {
      state: Invoice_State.PAID,
      paidMinor: 5_000n,
      creditedMinor: 6_900n,
      writtenOffMinor: 6_000n,
      dueMinor: 0n,
      payTime: timestampFromDate(new Date('2026-03-09T12:00:00Z')),
    };
    const words = await linker.wordsOf(linker.addInvoice(document));
    expect(words).toMatch(/^Settled It was settled on 9 March 2026[.]/);
    expect(words).toContain(
      'Paid -50.00 EUR Credited -9.00 EUR Written off -60.00 EUR Amount due as of 1 March 2026 0.00 EUR',
    );
    const wholly = { ...document, paidMinor: 0n, creditedMinor: 11_900n, writtenOffMinor: 11_900n, customer: german };
    const inGerman = await linker.wordsOf(linker.addInvoice(wholly));
    expect(inGerman).toMatch(/^Ausgeglichen Sie wurde am 9[.] März 2026 ausgeglichen[.]/);
    expect(inGerman).toContain('119,00 EUR Ausgebucht -119,00 EUR');
    expect(inGerman).not.toContain('Gutgeschrieben');
  });

  test('is overdue from the day after its due date, which is a day of its owner', async () => {
    const document = linker.addInvoice({ nextDueDate: '2026-03-31' });
    linker.clock.set('2026-03-31T21:59:59Z');
    const before = await linker.wordsOf(document);
    expect(before).toContain('Awaiting payment');
    expect(before).toContain('Please pay 119.00 EUR by 31 March 2026.');
    linker.clock.set('2026-03-31T22:00:00Z'); // midnight in Berlin
    const after = await linker.wordsOf(document);
    expect(after).toContain('Overdue It was due on 31 March 2026. 119.00 EUR is still due.');
    expect(after).toContain('Please pay 119.00 EUR. It was due on 31 March 2026.');
    expect(after).not.toContain('by 31 March');
    expect(await linker.wordsOf(linker.addInvoice({ customer: german }))).toContain(
      'Bitte zahlen Sie 119,00 EUR. Die Zahlung war am 31. März 2026 fällig.',
    );
  });

  test('of one that was given up on tells its customer no more than that it is overdue', async () => {
    linker.clock.set('2026-05-01T12:00:00Z');
    const words = await linker.wordsOf(
      linker.addInvoice({ state: Invoice_State.UNCOLLECTIBLE, nextDueDate: '2026-03-31' }),
    );
    expect(words).toMatch(/^Overdue/);
  });

  test('in instalments is overdue from the first one that is not settled, and lists what is still due of each', async () => {
    linker.clock.set('2026-03-21T12:00:00Z');
    const words = await linker.wordsOf(
      linker.addInvoice({
        paidMinor: 4_000n,
        dueMinor: 7_900n,
        dueDate: '2026-04-10',
        nextDueDate: '2026-03-20',
        instalments: [
          { dueDate: '2026-03-10', amountMinor: 4_000n, dueMinor: 0n },
          { dueDate: '2026-03-20', amountMinor: 4_000n, dueMinor: 4_000n },
          { dueDate: '2026-04-10', amountMinor: 3_900n, dueMinor: 3_900n },
        ],
      }),
    );
    expect(words).toContain('Overdue An instalment was due on 20 March 2026. 79.00 EUR is still due.');
    expect(words).toContain('Due date 10 April 2026');
    expect(words).toContain('Instalment due on 20 March 2026 40.00 EUR Instalment due on 10 April 2026 39.00 EUR');
    expect(words).not.toContain('10 March');
  });

  test('of one that is paid asks for nothing, and says when the last payment was', async () => {
    const document = linker.addInvoice({
      state: Invoice_State.PAID,
      paidMinor: 11_900n,
      dueMinor: 0n,
      payTime: timestampFromDate(new Date('2026-03-09T23:30:00Z')),
      seller,
    });
    linker.shelf.payments.set(document, [{ kind: Payment_Kind.MONEY, paymentDate: '2026-03-05' }]);
    const words = await linker.wordsOf(document);
    expect(words).toContain('Paid It was settled on 5 March 2026.');
    expect(words).toContain('Amount due as of 1 March 2026 0.00 EUR');
    expect(words).toContain('Paid in full. The last payment was on 5 March 2026.');
    expect(words).not.toContain('IBAN');
  });

  test('says until when an early-payment discount settles it, and then what was granted', async () => {
    const discount = { percent: '2', days: 10, lastDate: '2026-03-11', payableMinor: 11_662n };
    const offered = linker.addInvoice({ earlyPaymentDiscount: { ...discount, dueMinor: 11_662n } });
    linker.clock.set('2026-03-11T12:00:00Z');
    expect(await linker.wordsOf(offered)).toContain(
      'If you pay by 11 March 2026, you get a 2% early-payment discount and pay 116.62 EUR.',
    );
    linker.clock.set('2026-03-12T12:00:00Z');
    expect(await linker.wordsOf(offered)).not.toContain('deduct');
    const words = await linker.wordsOf(
      linker.addInvoice({
        state: Invoice_State.PAID,
        paidMinor: 11_662n,
        creditedMinor: 238n,
        writtenOffMinor: 238n,
        dueMinor: 0n,
        payTime: timestampFromDate(new Date('2026-03-09T23:30:00Z')),
        earlyPaymentDiscount: { ...discount, grantedMinor: 238n },
      }),
    );
    expect(words).toContain('Paid It was settled on 10 March 2026.');
    expect(words).toContain('Early-payment discount -2.38 EUR');
    expect(words).not.toContain('Written off');
  });

  test('of one that is void asks for nothing, and names what replaces it', async () => {
    const replacing = linker.addInvoice({ number: '2026-0043' });
    const document = linker.addInvoice({
      ...voided,
      revisedByInvoiceId: replacing,
      seller,
    });
    linker.shelf.eInvoices.set(document, { xml: '<Invoice/>', memo: '' });
    const words = await linker.wordsOf(document);
    expect(words).toContain('Void You no longer need to pay it. Invoice 2026-0043 replaces it.');
    expect(words).toContain('Invoice 2026-0042 Void');
    expect(words).not.toMatch(/IBAN|Please pay|UBL/);
  });

  test('leads to the files that it can be had as, which are found out once, since what they are made of is frozen', async () => {
    const filesOf = async (document: string) => {
      const token = await linker.tokenOf(document);
      const page = await linker.pageOf(token);
      return [...page.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href.replace(`${token}/`, ''));
    };
    expect(await filesOf(linker.addInvoice())).toEqual(['pdf']);
    const document = linker.addInvoice();
    linker.shelf.eInvoices.set(document, { xml: '<Invoice/>', memo: '' });
    expect(await filesOf(document)).toEqual(['pdf', 'factur-x', 'ubl', 'cii']);
    linker.shelf.eInvoices.delete(document);
    expect(await filesOf(document)).toEqual(['pdf', 'factur-x', 'ubl', 'cii']);
  });
});

describe('the page of a quote', () => {
  test('asks for an answer until when it is valid', async () => {
    const document = linker.addQuote();
    const words = await linker.wordsOf(document);
    expect(words).toContain('Awaiting your answer It is valid until 31 March 2026.');
    expect(words).toContain('Quote Q-00007');
    expect(words).toContain('Total 119.00 EUR');
    expect(words).toContain('Accept this quote Decline');
    expect(words).not.toContain('Please pay');
    const token = await linker.tokenOf(document);
    expect(await linker.pageOf(token)).toContain(`<form method="post" action="${token}">`);
  });

  test('asks in German', async () => {
    const words = await linker.wordsOf(linker.addQuote({ customer: german }));
    expect(words).toContain('Wartet auf Ihre Antwort Es gilt bis zum 31. März 2026.');
    expect(words).toContain('119,00 EUR');
    expect(words).toContain('Angebot annehmen Ablehnen');
  });

  const times = {
    acceptTime: timestampFromDate(new Date('2026-03-05T12:00:00Z')),
    declineTime: timestampFromDate(new Date('2026-03-06T12:00:00Z')),
  };
  test.each([
    ['EXPIRED', 'Expired It was valid until 31 March 2026.'],
    ['ACCEPTED', 'Accepted It was accepted on 5 March 2026.'],
    ['INVOICED', 'Accepted It was accepted on 5 March 2026.'],
    ['DECLINED', 'Declined It was declined on 6 March 2026.'],
  ] as const)('that is %s says so, and asks for nothing', async (state, standing) => {
    const document = linker.addQuote({ ...times, state: Quote_State[state] });
    expect(await linker.wordsOf(document)).toContain(standing);
    expect(await linker.pageOf(await linker.tokenOf(document))).not.toMatch(/<form|<button/);
  });
});

test.each([
  [
    'en',
    'Credit note CN-00001',
    'Amount credited: 20.00 EUR',
    '20.00 EUR of it reduces the amount due on the invoice.',
  ],
  ['de', 'Rechnungskorrektur CN-00001', '20,00 EUR', '20,00 EUR davon mindern den offenen Betrag der Rechnung.'],
])('the page of a credit note says in %s what it gives', async (locale, ...parts) => {
  const words = await linker.wordsOf(linker.addCreditNote({ customer: { ...german, locale } }));
  for (const part of [...parts, '2026-0042', 'Returned']) expect(words).toContain(part);
});

test('nothing that anybody wrote is taken for markup, and nothing on the page runs or loads anything', async () => {
  const evil = `"><script>alert(1)</script><img src=x onerror='x'>\u202e&`;
  const party = {
    name: evil,
    email: evil,
    taxId: evil,
    locale: 'en',
    address: { line1: evil, line2: evil, postalCode: evil, city: evil, region: evil, countryCode: evil },
    paymentAccount: { accountName: evil, accountIdentifier: evil, bic: evil },
  };
  const line = { description: evil, quantity: '1', unitPrice: '1', taxPercent: '19', unitCode: evil };
  const adjustment = { reason: evil, netMinor: 1n, calculatedMinor: 1n };
  const body = {
    number: evil,
    memo: evil,
    buyerReference: evil,
    purchaseOrderReference: evil,
    revisesInvoiceNumber: evil,
    lines: [{ ...line, allowances: [adjustment], charges: [adjustment] }],
    allowances: [adjustment],
    charges: [adjustment],
    taxes: [{ name: evil, taxPercent: '19', exemptionReason: evil, category: Tax_Category.EXEMPT }],
    retainedTaxes: [{ name: evil, taxPercent: '1' }],
    seller: party,
    customer: party,
  };
  const invoice = { currencyCode: 'EUR', ...body };
  const replacing = linker.addInvoice({ number: evil });
  const documents = [
    linker.addInvoice(body),
    linker.addInvoice({ ...body, ...voided, revisedByInvoiceId: replacing }),
    linker.addQuote({ number: evil, invoice, seller: party, customer: party }),
    linker.addCreditNote({ number: evil, invoiceNumber: evil, reason: evil, customer: party }),
  ];
  for (const document of documents) {
    const page = await linker.pageOf(await linker.tokenOf(document));
    expect(page).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/<(script|img|link|iframe|object|base)|\son[a-z]+=["']|\u202e/i);
    const tags = new Set([...page.matchAll(/<([a-z0-9]+)[\s>]/g)].map(([, tag]) => tag));
    expect([...tags].filter((tag) => !ALLOWED_TAGS.includes(tag ?? ''))).toEqual([]);
  }
});

const ALLOWED_TAGS =
  'html head meta title style body main p strong br div h1 small dl dt dd table thead tbody tr th td form button a'.split(
    ' ',
  );

test('the logo of the account is on it, within the page itself', async () => {
  const token = await linker.tokenOf(linker.addInvoice());
  expect(await linker.pageOf(token)).not.toContain('<img');
  const file = pngFile();
  linker.shelf.logos.set(linker.user.userId, file);
  const source = `data:image/png;base64,${Buffer.from(file).toString('base64')}`;
  expect(await linker.pageOf(token)).toContain(`<img class="logo" alt="" src="${source}">`);
  linker.shelf.logos.delete(linker.user.userId);
});

test('its policy allows the one style that it has, its form, and nothing else', async () => {
  const { page, contentSecurityPolicy } = await linker.gateway.getLinkedPage({
    token: await linker.tokenOf(linker.addInvoice()),
  });
  const style = /<style>(.*)<\/style>/s.exec(new TextDecoder().decode(page?.data))?.[1] ?? '';
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))).toString('base64');
  expect(contentSecurityPolicy.split('; ')).toEqual([
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]);
});

describe('leads nowhere', () => {
  const KEY = Buffer.alloc(32, 5);

  test('a token that is malformed, made up, under another key, or of a document that is not there or a draft', async () => {
    const documentId = linker.addInvoice();
    const ownerId = linker.user.userId;
    const draftId = linker.addInvoice({ state: Invoice_State.DRAFT });
    const draftQuoteId = linker.addQuote({ state: Quote_State.DRAFT });
    const tokens = {
      malformed: 'x',
      long: 'A'.repeat(150),
      madeUp: 'A'.repeat(68),
      otherKey: linkTokenOf(Buffer.alloc(32, 6), { kind: 'INVOICE', ownerId, documentId }, 0n),
      otherVersion: linkTokenOf(KEY, { kind: 'INVOICE', ownerId, documentId }, 1n),
      otherKind: linkTokenOf(KEY, { kind: 'QUOTE', ownerId, documentId }, 0n),
      otherOwner: linkTokenOf(KEY, { kind: 'INVOICE', ownerId: randomUUIDv7(), documentId }, 0n),
      draft: linkTokenOf(KEY, { kind: 'INVOICE', ownerId, documentId: draftId }, 0n),
      draftQuote: linkTokenOf(KEY, { kind: 'QUOTE', ownerId, documentId: draftQuoteId }, 0n),
    };
    for (const [name, token] of Object.entries(tokens)) {
      expect([name, (await linker.refusalOfPage(token)).code]).toEqual([name, 5]);
    }
  });

  test('a link of an account that is gone, at once', async () => {
    const leaving = await startLinker();
    const token = await leaving.tokenOf(leaving.addInvoice());
    expect(await leaving.pageOf(token)).toContain('2026-0042');
    leaving.shelf.users.clear();
    expect((await leaving.refusalOfPage(token)).code).toBe(5);
    await leaving.stop();
  });
});

test('only services may ask, and looking changes nothing', async () => {
  const token = await linker.tokenOf(linker.addInvoice());
  expect((await refusalOf(linker.nobody.getLinkedPage({ token }))).reason).toBe('UNAUTHENTICATED');
  expect((await refusalOf(linker.links().getLinkedPage({ token }))).reason).toBe('PERMISSION_DENIED');
  const before = await linker.dump();
  await linker.pageOf(token);
  expect(await linker.dump()).toBe(before);
});
