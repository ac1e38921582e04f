import { expect, test } from 'vitest';
import { printStatement } from './print-statement.ts';
import { addsUp, type StatementEntryFacts, type StatementFacts } from './statement-facts.ts';

const EUR = { code: 'EUR', exponent: 2 } as const;
const JPY = { code: 'JPY', exponent: 0 } as const;
const OPTIONS = { language: 'en', paper: 'A4', createTime: '2026-04-01T00:00:00Z' } as const;

const entry = (fields: Partial<StatementEntryFacts>): StatementEntryFacts => ({
  type: 'PAYMENT',
  entryDate: '2026-03-01',
  currency: EUR,
  amountMinor: 0n,
  balanceMinor: 0n,
  invoiceNumber: '2026-0042',
  dueDate: '',
  creditNoteNumber: '',
  method: '',
  reference: '',
  ...fields,
});

const statement: StatementFacts = {
  today: '2026-04-01',
  fromDate: '2026-03-01',
  toDate: '2026-03-31',
  seller: {
    name: 'Lovelace & Sons',
    contactName: '',
    phone: '',
    email: '',
    taxId: '',
    taxRegistration: '',
    registration: '',
    addressLines: [],
    countryCode: '',
    paymentAccount: { holder: 'Ada Lovelace', identifier: 'DE89370400440532013000', bic: '' },
  },
  customer: { name: 'Grace Hopper', taxId: '', registration: '', addressLines: ['1010 Wien'], countryCode: '' },
  openingBalances: [{ currency: EUR, balanceMinor: 5_000n }],
  entries: [
    entry({ type: 'INVOICE', dueDate: '2026-03-31', amountMinor: 11_900n, balanceMinor: 16_900n }),
    entry({
      entryDate: '2026-03-02',
      amountMinor: -5_000n,
      balanceMinor: 11_900n,
      method: 'bank transfer',
      reference: 'R-1',
    }),
    entry({ type: 'DEPOSIT', currency: JPY, amountMinor: -700n, balanceMinor: -700n, invoiceNumber: '' }),
  ],
  closingBalances: [
    { currency: EUR, balanceMinor: 11_900n },
    { currency: JPY, balanceMinor: -700n },
  ],
};

test('a statement brings forward what was before, and says after each entry what is owed in its currency', () => {
  expect(printStatement(statement, OPTIONS)).toMatchObject({
    title: 'Statement of account',
    marking: '',
    issuer: ['Lovelace & Sons'],
    recipient: ['Grace Hopper', '1010 Wien'],
    facts: [
      { label: 'Date', value: '1 April 2026' },
      { label: 'Period', value: '1 March 2026 to 31 March 2026' },
    ],
    items: [
      { title: 'Balance brought forward', detail: '', amount: '50.00 EUR' },
      {
        title: 'Invoice 2026-0042',
        detail: '1 March 2026 · due 31 March 2026 · Balance: 169.00 EUR',
        amount: '119.00 EUR',
      },
      {
        title: 'Payment for invoice 2026-0042',
        detail: '2 March 2026 · bank transfer · R-1 · Balance: 119.00 EUR',
        amount: '-50.00 EUR',
      },
      { title: 'Deposit', detail: '1 March 2026 · Balance: -700 JPY', amount: '-700 JPY' },
    ],
    sums: [
      { label: 'Balance', value: '119.00 EUR', isTotal: true },
      { label: 'Balance', value: '-700 JPY', isTotal: true },
    ],
    notes: [
      { text: 'A negative balance is in your favour.' },
      { facts: [{ value: 'Ada Lovelace' }, { label: 'IBAN' }] },
    ],
  });
});

test('each kind of entry has words of its own, in either language', () => {
  const types = [
    'INVOICE',
    'VOID',
    'PAYMENT',
    'CREDIT_APPLIED',
    'CREDIT_NOTE',
    'WRITE_OFF',
    'REVERSAL',
    'DEPOSIT',
    'REFUND',
  ] as const;
  const entries = types.map((type) => entry({ type, invoiceNumber: 'I-1', creditNoteNumber: 'C-1' }));
  const titles = (language: 'en' | 'de') =>
    printStatement({ ...statement, openingBalances: [], entries }, { ...OPTIONS, language }).items.map(
      ({ title }) => title,
    );
  expect(titles('en')).toEqual([
    'Invoice I-1',
    'Invoice I-1 voided',
    'Payment for invoice I-1',
    'Credit applied to invoice I-1',
    'Credit note C-1 for invoice I-1',
    'Write-off of invoice I-1',
    'Reversal for invoice I-1',
    'Deposit',
    'Refund',
  ]);
  expect(titles('de')).toEqual([
    'Rechnung I-1',
    'Storno der Rechnung I-1',
    'Zahlung zur Rechnung I-1',
    'Guthaben verrechnet mit Rechnung I-1',
    'Rechnungskorrektur C-1 zur Rechnung I-1',
    'Ausbuchung zur Rechnung I-1',
    'Rücknahme zur Rechnung I-1',
    'Vorauszahlung',
    'Erstattung',
  ]);
});

test('a period without entries says so, and nobody is asked for money that is not owed', () => {
  const empty = { ...statement, fromDate: '', toDate: '', openingBalances: [], entries: [], closingBalances: [] };
  expect(printStatement(empty, OPTIONS)).toMatchObject({
    facts: [{ label: 'Date' }],
    items: [],
    sums: [],
    notes: [{ text: 'There are no entries in this period.' }],
  });
});

test('it adds up only when each balance is the one before and the amount, in every currency', () => {
  expect(addsUp(statement)).toBe(true);
  expect(addsUp({ ...statement, openingBalances: [] })).toBe(false);
  expect(addsUp({ ...statement, entries: statement.entries.slice(1) })).toBe(false);
  expect(addsUp({ ...statement, entries: statement.entries.slice(0, 2) })).toBe(false);
  expect(addsUp({ ...statement, closingBalances: [{ currency: EUR, balanceMinor: 11_901n }] })).toBe(false);
});

test('an early-payment discount is called so', () => {
  const discount = entry({ type: 'EARLY_PAYMENT_DISCOUNT', amountMinor: -238n });
  const titles = (['en', 'de'] as const).map(
    (language) =>
      printStatement({ ...statement, openingBalances: [], entries: [discount] }, { ...OPTIONS, language }).items,
  );
  expect(titles).toMatchObject([
    [{ title: 'Early-payment discount on invoice 2026-0042', amount: '-2.38 EUR' }],
    [{ title: 'Skonto zur Rechnung 2026-0042' }],
  ]);
});
