import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type Party, PartySchema } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';
import { PaymentAccountSchema } from '../../../../gen/numer/user/v1/payment_account_pb.ts';
import { newCreditNote } from '../../credit-notes/credit-note-message.ts';
import type { AllowanceChargeInput } from '../../domain/allowance-charge.ts';
import { calculate, type InvoiceInput, type TaxedAllowanceChargeInput } from '../../domain/calculate.ts';
import { addCredit, type Credited, NOTHING_CREDITED } from '../../domain/credit-note-credited.ts';
import { type CreditRequest, decideCredit } from '../../domain/credit-note-request.ts';
import { creditTotals } from '../../domain/credit-note-totals.ts';
import type { LineInput } from '../../domain/line-amounts.ts';
import { withReasons } from '../../invoices/adjustment.ts';
import { toPartyJson } from '../../invoices/convert.ts';
import type { InvoiceRow, LineRow } from '../../store/invoice-row.ts';
import type { Supply } from '../delivery.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { type CreditNoteSource, fromCreditNote } from '../from-credit-note.ts';
import { fromInvoice, type InvoiceSource } from '../from-invoice.ts';

/** A seller in Germany. */
export const SELLER: Party = create(PartySchema, {
  name: 'Ada Lovelace Engines GmbH',
  email: 'billing@engines.example',
  taxId: 'DE 123 456 789',
  address: { line1: 'Kastanienallee 1', city: 'Berlin', postalCode: '10435', countryCode: 'DE' },
});

/** An account in Germany. */
export const ACCOUNT = { accountName: 'Ada Lovelace', accountIdentifier: 'DE89370400440532013000', bic: 'COBADEFFXXX' };

/** The same seller with an account to pay to. */
export function sellerPaidTo(account: MessageInitShape<typeof PaymentAccountSchema>): Party {
  return { ...SELLER, paymentAccount: create(PaymentAccountSchema, account) };
}

/** A customer in Austria. */
const BUYER: Party = create(PartySchema, {
  name: 'Bäckerei Müller & Söhne',
  email: 'office@mueller.example',
  taxId: 'ATU12345678',
  address: {
    line1: 'Ring 2',
    line2: 'Stiege 3',
    city: 'Wien',
    postalCode: '1010',
    region: 'Wien',
    countryCode: 'AT',
  },
});

type WithReason<T> = T & { readonly reason?: string; readonly reasonCode?: string };

/** A line as it is asked for. */
export type GivenLine = Omit<LineInput, 'allowances' | 'charges'> & {
  readonly description?: string;
  readonly unitCode?: string;
  readonly allowances?: readonly WithReason<AllowanceChargeInput>[];
  readonly charges?: readonly WithReason<AllowanceChargeInput>[];
};

/** An invoice as it is asked for. */
export type GivenInvoice = Omit<InvoiceInput, 'lines' | 'currencyCode' | 'allowances' | 'charges'> & {
  readonly currencyCode?: string;
  readonly lines: readonly GivenLine[];
  readonly allowances?: readonly WithReason<TaxedAllowanceChargeInput>[];
  readonly charges?: readonly WithReason<TaxedAllowanceChargeInput>[];
  readonly memo?: string;
  readonly seller?: MessageInitShape<typeof PartySchema>;
  readonly customer?: MessageInitShape<typeof PartySchema>;
  readonly original?: InvoiceSource['original'];
  /** What it says about the supply and the order. */
  readonly facts?: Partial<Facts>;
};

type Facts = Supply &
  Pick<InvoiceRow, 'buyerReference' | 'purchaseOrderReference' | 'earlyDiscountPercent' | 'earlyDiscountDays'>;

const NO_FACTS: Facts = {
  deliveryDate: null,
  periodStartDate: null,
  periodEndDate: null,
  buyerReference: '',
  purchaseOrderReference: '',
  earlyDiscountPercent: null,
  earlyDiscountDays: null,
};

/** What is stored of an opened invoice, calculated by the rules of the service. Throws as `calculate` does. */
export function issuedInvoice(given: GivenInvoice): InvoiceSource {
  const { currencyCode = 'EUR', memo = '', seller = SELLER, customer = BUYER, original } = given;
  const amounts = calculate({ ...given, currencyCode });
  const because = (items: readonly WithReason<object>[] = []) =>
    items.map(({ reason = '', reasonCode = '' }) => ({
      reason: reason === '' && reasonCode === '' ? 'Agreed' : reason,
      reasonCode,
    }));
  const lines = amounts.lines.map((line, index): LineRow => {
    const { description = 'Work', unitCode = 'C62', allowances, charges } = given.lines[index] ?? {};
    return {
      ...line,
      id: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      description,
      unitCode,
      allowances: withReasons(because(allowances), line.allowances),
      charges: withReasons(because(charges), line.charges),
    };
  });
  return {
    invoice: {
      ...amounts,
      ...NO_FACTS,
      ...given.facts,
      number: 'INV-00001',
      currencyCode,
      dueDate: '2026-03-31',
      lines,
      allowances: withReasons(because(given.allowances), amounts.allowances),
      charges: withReasons(because(given.charges), amounts.charges),
    },
    issueDate: '2026-03-01',
    memo,
    seller: create(PartySchema, seller),
    customer: create(PartySchema, customer),
    original,
  };
}

/** Names nothing to take back, which means all of it. */
export const ALL: CreditRequest = { lines: [], allowances: [], charges: [], amountMinor: 0n };

/**
 * What is stored of the requested credit note, after others have credited `credited`. Throws as `decideCredit` does.
 */
export function issuedCreditNote(
  { invoice, seller, customer, issueDate }: InvoiceSource,
  request: CreditRequest = ALL,
  credited: Credited = NOTHING_CREDITED,
): { readonly source: CreditNoteSource; readonly credited: Credited } {
  // The calculated invoice has all amounts, and so everything that crediting needs.
  const row = { ...invoice, seller: toPartyJson(seller), customer: toPartyJson(customer), issueDate } as InvoiceRow;
  const decision = decideCredit(row, credited, request);
  const creditNote = newCreditNote({
    id: '01900000-0000-7000-8000-00000000000c',
    invoice: row,
    decision,
    totals: creditTotals(decision.credit, row.taxes),
    outcome: { state: 'OPEN', appliedMinor: 0n, creditMinor: 0n, dueMinor: 0n } as never, // not part of the document
    issueDate: '2026-04-02',
    reason: 'Returned goods',
    numberSeries: 'credit-note',
    createTime: new Date('2026-04-02T12:00:00Z'),
  });
  return {
    source: { creditNote: { ...creditNote, number: 'CN-00001' }, invoice: row },
    credited: addCredit(credited, decision.credit, decision.quantities),
  };
}

const SCREWS: GivenLine = {
  description: 'Screws',
  quantity: '1250',
  unitPrice: '3.99',
  baseQuantity: '100',
  unitCode: 'H87',
  discountPercent: '10',
  taxPercent: '19',
  allowances: [{ reason: 'Dented box', amountMinor: 150n }],
  charges: [{ reasonCode: 'ABL', percent: '2.5' }],
};
const ADVICE: GivenLine = {
  description: 'Advice',
  quantity: '7.5',
  unitPrice: '95',
  unitCode: 'HUR',
  taxPercent: '19',
};
const BOOK: GivenLine = {
  description: 'Handbook',
  quantity: '3',
  unitPrice: '19.99',
  unitCode: 'H87',
  taxPercent: '7',
};

const SEVERAL_RATES: GivenInvoice = {
  lines: [SCREWS, ADVICE, BOOK, { description: 'Stamps', quantity: '10', unitPrice: '0.95', taxPercent: '0' }],
  discountPercent: '3',
  allowances: [{ reason: 'Loyalty', reasonCode: '100', percent: '1', taxPercent: '19' }],
  charges: [
    { reasonCode: 'FC', amountMinor: 2500n, taxPercent: '19' },
    { reason: 'Packing', amountMinor: 310n, taxPercent: '7' },
  ],
};
const REFERENCES = { buyerReference: '04011000-12345-34', purchaseOrderReference: 'PO-4711' };
const FEBRUARY = { periodStartDate: '2026-02-01', periodEndDate: '2026-02-28' };
const untaxed = (category: 'REVERSE_CHARGE' | 'EXPORT' | 'INTRA_COMMUNITY' | 'OUTSIDE_SCOPE'): GivenInvoice => ({
  lines: [{ ...ADVICE, taxPercent: '', taxes: [{ category }] }],
});

/** Documents by what is special about them; each has the golden file of this name. */
export const DOCUMENTS: Readonly<Record<string, () => ElectronicInvoice>> = {
  'standard-rate': () =>
    fromInvoice(
      issuedInvoice({
        seller: sellerPaidTo(ACCOUNT),
        lines: [ADVICE],
        memo: 'Thank you.\nPayable by transfer.',
        facts: { ...REFERENCES, deliveryDate: '2026-02-27' },
      }),
    ),
  'several-rates': () => fromInvoice(issuedInvoice(SEVERAL_RATES)),
  'prices-including-tax': () => fromInvoice(issuedInvoice({ ...SEVERAL_RATES, pricesIncludeTax: true })),
  'reverse-charge': () => fromInvoice(issuedInvoice(untaxed('REVERSE_CHARGE'))),
  export: () =>
    fromInvoice(
      issuedInvoice({
        ...untaxed('EXPORT'),
        currencyCode: 'USD',
        seller: sellerPaidTo({ accountIdentifier: '026073150 8311234567' }),
        customer: { name: 'Hopper Inc.', taxId: '12-3456789', address: { city: 'New York', countryCode: 'US' } },
      }),
    ),
  exempt: () =>
    fromInvoice(
      issuedInvoice({
        lines: [
          {
            description: 'Course',
            quantity: '1',
            unitPrice: '120',
            taxes: [{ category: 'EXEMPT', exemptionReason: 'Article 132', exemptionCode: 'VATEX-EU-132-1I' }],
          },
          BOOK,
        ],
      }),
    ),
  'intra-community': () => fromInvoice(issuedInvoice(untaxed('INTRA_COMMUNITY'))),
  'intra-community-period': () => fromInvoice(issuedInvoice({ ...untaxed('INTRA_COMMUNITY'), facts: FEBRUARY })),
  'outside-scope': () => fromInvoice(issuedInvoice(untaxed('OUTSIDE_SCOPE'))),
  'without-vat-number': () =>
    fromInvoice(
      issuedInvoice({
        seller: { name: 'Grace', taxId: '12/345/67890', address: { countryCode: 'DE' } },
        customer: { name: 'Ada', address: { countryCode: 'DE' } },
        lines: [
          {
            quantity: '1',
            unitPrice: '250',
            taxes: [{ category: 'EXEMPT', exemptionReason: 'Small business, § 19 UStG' }],
          },
        ],
      }),
    ),
  'canary-islands': () =>
    fromInvoice(
      issuedInvoice({
        lines: [{ ...ADVICE, taxPercent: '', taxes: [{ category: 'CANARY_ISLANDS', percent: '7' }] }],
        charges: [{ reasonCode: 'FC', amountMinor: 900n, taxes: [{ category: 'CANARY_ISLANDS', percent: '3' }] }],
      }),
    ),
  'split-payment': () =>
    fromInvoice(
      issuedInvoice({
        seller: { name: 'Elena', taxId: 'IT12345678901', address: { countryCode: 'IT' } },
        customer: { name: 'Comune di Roma', taxId: 'IT10987654321', address: { countryCode: 'IT' } },
        lines: [{ ...ADVICE, taxPercent: '', taxes: [{ category: 'SPLIT_PAYMENT', percent: '22' }] }],
      }),
    ),
  'prepaid-and-rounded': () =>
    fromInvoice(
      issuedInvoice({
        currencyCode: 'CHF',
        seller: sellerPaidTo(ACCOUNT),
        lines: [BOOK],
        prepaidMinor: 2000n,
        roundingIncrementMinor: 5n,
      }),
    ),
  yen: () =>
    fromInvoice(issuedInvoice({ currencyCode: 'JPY', lines: [{ ...BOOK, unitPrice: '1999', taxPercent: '8' }] })),
  dinars: () =>
    fromInvoice(
      issuedInvoice({ currencyCode: 'KWD', lines: [{ quantity: '2', unitPrice: '12.345', taxPercent: '0' }] }),
    ),
  'negative-line': () =>
    fromInvoice(
      issuedInvoice({
        discountPercent: '10',
        lines: [ADVICE, { ...SCREWS, quantity: '-125' }, { ...BOOK, quantity: '-1' }],
      }),
    ),
  'odd-characters': () =>
    fromInvoice(
      issuedInvoice({
        memo: 'a < b && c > "d" ]]>\r\n\u0007\ud800\ufffe',
        seller: sellerPaidTo({ ...ACCOUNT, accountName: '\ufffe' }),
        lines: [{ ...ADVICE, description: 'Über\u000b<b>Größe</b> 👍' }],
        facts: { buyerReference: 'R&D\uffff <7>', purchaseOrderReference: '\uffff' },
      }),
    ),
  'early-payment-discount': () =>
    fromInvoice(
      issuedInvoice({ lines: [ADVICE, BOOK], facts: { earlyDiscountPercent: '2.5', earlyDiscountDays: 10 } }),
    ),
  revision: () =>
    fromInvoice(issuedInvoice({ lines: [ADVICE], original: { number: 'INV-00000', issueDate: '2026-02-14' } })),
  'credit-note-all': () => fromCreditNote(issuedCreditNote(issuedInvoice(SEVERAL_RATES)).source),
  'credit-note-lines': () => {
    const invoice = issuedInvoice({
      ...SEVERAL_RATES,
      seller: sellerPaidTo(ACCOUNT),
      facts: { ...REFERENCES, ...FEBRUARY, deliveryDate: '2026-02-27' },
    });
    const [screws, advice] = invoice.invoice.lines;
    const lines = [
      { invoiceLineId: screws?.id ?? '', quantity: '250', amountMinor: 0n },
      { invoiceLineId: advice?.id ?? '', quantity: '', amountMinor: 10_000n },
    ];
    return fromCreditNote(
      issuedCreditNote(invoice, { ...ALL, lines, charges: [{ position: 1, amountMinor: 0n }] }).source,
    );
  },
  'credit-note-charge': () =>
    fromCreditNote(
      issuedCreditNote(issuedInvoice(SEVERAL_RATES), { ...ALL, charges: [{ position: 0, amountMinor: 0n }] }).source,
    ),
  'credit-note-intra-community': () =>
    fromCreditNote(issuedCreditNote(issuedInvoice(untaxed('INTRA_COMMUNITY'))).source),
  'credit-note-amount': () =>
    fromCreditNote(
      issuedCreditNote(issuedInvoice({ ...SEVERAL_RATES, pricesIncludeTax: true }), { ...ALL, amountMinor: 25_000n })
        .source,
    ),
};
