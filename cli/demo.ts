import { readFile } from 'node:fs/promises';
import { type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { CreditNoteService } from '../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { InvoiceService } from '../gen/numer/invoice/v1/invoice_service_pb.ts';
import { QuoteService } from '../gen/numer/invoice/v1/quote_service_pb.ts';
import {
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
  RecurringInvoice_Period,
} from '../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { RecurringInvoiceService } from '../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { ExchangeRateService } from '../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import { CustomerService } from '../gen/numer/user/v1/customer_service_pb.ts';
import { LogoService } from '../gen/numer/user/v1/logo_service_pb.ts';
import { SessionService } from '../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../gen/numer/user/v1/user_service_pb.ts';
import { addDays, addMonths, localDate } from '../runtime/calendar.ts';
import { HEADER } from '../runtime/call/call.ts';
import { reasonOf } from '../runtime/call/errors.ts';
import { httpUrl } from '../runtime/http-url.ts';
import { UsageError } from './command.ts';
import { readStartConfig } from './config.ts';
import { BUSINESS, DEMO_USER, LOGO, PAYMENT_ACCOUNT } from './demo-user.ts';

const CUSTOMERS = [
  {
    name: 'Ada Bakery',
    email: 'ada@bakery.example',
    locale: 'en',
    address: { line1: 'Ring 2', postalCode: '1010', city: 'Vienna', countryCode: 'AT' },
  },
  {
    name: 'Bruno Bau GmbH',
    email: 'bruno@bau.example',
    locale: 'de',
    taxId: 'DE123456789',
    address: { line1: 'Am Hafen 3', postalCode: '20457', city: 'Hamburg', countryCode: 'DE' },
  },
  { name: 'Chiyo Design', email: 'chiyo@design.example', locale: 'en', address: { city: 'Tokyo', countryCode: 'JP' } },
] as const;

/** An invoice of the demo: its dates, in days from today, and what happens to it. */
interface DemoInvoice {
  readonly customer: number;
  readonly currencyCode: string;
  readonly issuedDays: number;
  readonly dueDays: number;
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly taxPercent: string;
  readonly fate: 'draft' | 'open' | 'part-paid' | 'in-instalments' | 'paid' | 'credited' | 'void' | 'uncollectible';
}

const line = (description: string, quantity: string, unitPrice: string, taxPercent: string) => ({
  description,
  quantity,
  unitPrice,
  taxPercent,
});

/** Three currencies with 2 and 0 decimals, every state, and overdue ones. */
const INVOICES: readonly DemoInvoice[] = [
  {
    customer: 0,
    currencyCode: 'EUR',
    issuedDays: -45,
    dueDays: -15,
    ...line('Logo', '1', '1200', '19'),
    fate: 'credited',
  },
  {
    customer: 1,
    currencyCode: 'EUR',
    issuedDays: -20,
    dueDays: -1,
    ...line('Shop fittings', '1', '4999.99', '19'),
    fate: 'in-instalments',
  },
  {
    customer: 0,
    currencyCode: 'EUR',
    issuedDays: -40,
    dueDays: -10,
    ...line('Web shop', '1', '2400', '19'),
    fate: 'open',
  },
  {
    customer: 0,
    currencyCode: 'EUR',
    issuedDays: -5,
    dueDays: 25,
    ...line('Maintenance', '8', '95.50', '19'),
    fate: 'open',
  },
  {
    customer: 1,
    currencyCode: 'EUR',
    issuedDays: -60,
    dueDays: -30,
    ...line('Site plan', '3', '149.99', '7'),
    fate: 'paid',
  },
  {
    customer: 1,
    currencyCode: 'EUR',
    issuedDays: -20,
    dueDays: 10,
    ...line('Permit', '1', '1200', '19'),
    fate: 'part-paid',
  },
  {
    customer: 1,
    currencyCode: 'EUR',
    issuedDays: -15,
    dueDays: 15,
    ...line('Wrong order', '1', '80', '19'),
    fate: 'void',
  },
  {
    customer: 0,
    currencyCode: 'USD',
    issuedDays: -90,
    dueDays: -60,
    ...line('Translation', '3500', '0.085', '0'),
    fate: 'uncollectible',
  },
  { customer: 0, currencyCode: 'USD', issuedDays: -3, dueDays: 11, ...line('Workshop', '2', '750', '0'), fate: 'open' },
  {
    customer: 2,
    currencyCode: 'JPY',
    issuedDays: -10,
    dueDays: 20,
    ...line('Logo', '1', '180000', '10'),
    fate: 'paid',
  },
  {
    customer: 2,
    currencyCode: 'JPY',
    issuedDays: 0,
    dueDays: 30,
    ...line('Brochure', '500', '120', '10'),
    fate: 'draft',
  },
];

/** A quote of the demo, and what happens to it. */
interface DemoQuote {
  readonly customer: number;
  readonly line: ReturnType<typeof line>;
  readonly fate: 'draft' | 'sent' | 'accepted' | 'declined' | 'invoiced';
}

const QUOTES: readonly DemoQuote[] = [
  { customer: 0, line: line('Rebrand', '1', '5200', '19'), fate: 'sent' },
  { customer: 0, line: line('Newsletter, a year', '12', '80', '19'), fate: 'draft' },
  { customer: 1, line: line('Extension of the garage', '1', '18900', '19'), fate: 'accepted' },
  { customer: 1, line: line('Roof terrace', '1', '24500', '19'), fate: 'declined' },
  { customer: 1, line: line('Soil survey', '2', '640', '19'), fate: 'invoiced' },
];

/** Exchange rates of the demo: invented, with dates in days from today. */
const RATES = [
  { currencyCode: 'USD', rate: '0.9312', days: -120 },
  { currencyCode: 'USD', rate: '0.9213', days: -30 },
  { currencyCode: 'JPY', rate: '0.0061', days: -120 },
] as const;

/** `numer seed [URL]`: adds the demo data to a running system. @throws UsageError when the argument is not a URL */
export async function seed(address: string | undefined): Promise<void> {
  const { HOST, PORT } = readStartConfig();
  if (address !== undefined && !/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    throw new UsageError(`"${address}" is not a URL such as ${httpUrl(HOST, PORT)}.`);
  }
  const isNew = await seedDemo(address ?? httpUrl(HOST, PORT));
  const what = isNew ? 'Demo data was added' : 'The demo user already exists, so nothing was added';
  process.stdout.write(`${what}: ${DEMO_USER.email} / ${DEMO_USER.password}\n`);
}

/**
 * Adds the demo user with customers, invoices, quotes, recurring invoices and exchange rates to the system at `url`.
 *
 * @returns false when the demo user exists and nothing was added
 * @throws Error when the system cannot be reached
 */
export async function seedDemo(url: string): Promise<boolean> {
  const publicTransport = transportTo(url);
  try {
    await createClient(UserService, publicTransport).createUser({ ...DEMO_USER, ...BUSINESS });
  } catch (error) {
    const failure = ConnectError.from(error);
    if (failure.code === Code.AlreadyExists) return false;
    if (reasonOf(failure) === 'SIGN_UP_CLOSED') throw new Error('The demo user signs up, so SIGN_UP must be open.');
    // Errors of the system itself have a reason.
    if (reasonOf(failure) !== undefined) throw error;
    const problem =
      failure.code === Code.Unavailable
        ? `Nothing answers at ${url}. Start the system first: make start`
        : `The server at ${url} is not Numer. Name the address of Numer: npx numer seed http://127.0.0.1:8080`;
    throw new Error(problem, { cause: error });
  }
  const { accessToken, userId } = await createClient(SessionService, publicTransport).createSession(DEMO_USER);
  const transport = transportTo(url, accessToken);
  await createClient(UserService, transport).updateUser({
    user: { id: userId, paymentAccount: PAYMENT_ACCOUNT },
    updateMask: { paths: ['payment_account'] },
  });
  await createClient(LogoService, transport).setLogo({ userId, file: { data: await readFile(LOGO) } });
  const customerService = createClient(CustomerService, transport);
  const customers: string[] = [];
  for (const customer of CUSTOMERS) {
    const answer = await customerService.createCustomer({ customer });
    customers.push(answer.customer?.id ?? '');
  }
  const invoices = createClient(InvoiceService, transport);
  const creditNotes = createClient(CreditNoteService, transport);
  const today = localDate(new Date(), 'Europe/Berlin');
  for (const demo of INVOICES) await addInvoice({ invoices, creditNotes }, demo, customers[demo.customer] ?? '', today);
  const quotes = createClient(QuoteService, transport);
  for (const demo of QUOTES) await addQuote(quotes, demo, customers[demo.customer] ?? '', today);
  await addRecurringInvoices(createClient(RecurringInvoiceService, transport), customers, today);
  const exchangeRates = createClient(ExchangeRateService, transport);
  for (const { days, ...rate } of RATES) {
    await exchangeRates.createExchangeRate({ exchangeRate: { ...rate, date: addDays(today, days) ?? today } });
  }
  return true;
}

interface Clients {
  readonly invoices: Client<typeof InvoiceService>;
  readonly creditNotes: Client<typeof CreditNoteService>;
}

async function addInvoice(
  { invoices, creditNotes }: Clients,
  demo: DemoInvoice,
  customerId: string,
  today: string,
): Promise<void> {
  const { currencyCode, fate, description, quantity, unitPrice, taxPercent } = demo;
  const issueDate = addDays(today, demo.issuedDays) ?? today;
  const dueDate = addDays(today, demo.dueDays) ?? today;
  const { invoice } = await invoices.createInvoice({
    invoice: {
      customerId,
      currencyCode,
      issueDate,
      dueDate,
      deliveryDate: issueDate,
      lines: [{ description, quantity, unitPrice, taxPercent }],
    },
  });
  const invoiceId = invoice?.id ?? '';
  if (fate === 'draft') return;
  await invoices.sendInvoice({ invoiceId });
  const totalMinor = invoice?.totalMinor ?? 0n;
  const method = 'bank transfer';
  if (fate === 'paid') await invoices.recordPayment({ invoiceId, amountMinor: totalMinor, method });
  if (fate === 'part-paid') await invoices.recordPayment({ invoiceId, amountMinor: totalMinor / 3n, method });
  if (fate === 'credited') {
    await invoices.recordPayment({ invoiceId, amountMinor: totalMinor, method });
    await creditNotes.issueCreditNote({ invoiceId, amountMinor: totalMinor / 4n, reason: 'Delivered late' });
  }
  if (fate === 'in-instalments') {
    const halfMinor = totalMinor / 2n;
    const instalments = [
      { dueDate, amountMinor: halfMinor },
      { dueDate: addDays(dueDate, 30) ?? dueDate, amountMinor: totalMinor - halfMinor },
    ];
    await invoices.planInstalments({ invoiceId, instalments });
    await invoices.recordPayment({ invoiceId, amountMinor: halfMinor, method });
  }
  if (fate === 'void') await invoices.voidInvoice({ invoiceId });
  if (fate === 'uncollectible') await invoices.markInvoiceUncollectible({ invoiceId });
}

async function addQuote(
  quotes: Client<typeof QuoteService>,
  { line: offered, fate }: DemoQuote,
  customerId: string,
  today: string,
): Promise<void> {
  const invoice = { customerId, currencyCode: 'EUR', lines: [offered] };
  const { quote } = await quotes.createQuote({ quote: { invoice, expireDate: addDays(today, 30) ?? '', dueDays: 14 } });
  const quoteId = quote?.id ?? '';
  if (fate === 'draft') return;
  await quotes.sendQuote({ quoteId });
  if (fate === 'declined') await quotes.declineQuote({ quoteId });
  if (fate === 'accepted' || fate === 'invoiced') await quotes.acceptQuote({ quoteId });
  if (fate === 'invoiced') await quotes.convertQuote({ quoteId });
}

/** One that is about to make past invoices, which the service does within seconds, and one that waits for its first. */
async function addRecurringInvoices(
  recurring: Client<typeof RecurringInvoiceService>,
  customers: readonly string[],
  today: string,
): Promise<void> {
  const hosting = {
    customerId: customers[0] ?? '',
    currencyCode: 'EUR',
    lines: [line('Hosting {MM}/{YYYY}', '1', '49', '19')],
  };
  await recurring.createRecurringInvoice({
    recurringInvoice: {
      invoice: hosting,
      frequency: RecurringInvoice_Frequency.MONTH,
      startDate: addMonths(today, -2) ?? today,
      dueDays: 14,
      mode: RecurringInvoice_Mode.SEND,
      period: RecurringInvoice_Period.FOLLOWING,
    },
  });
  const licence = {
    customerId: customers[2] ?? '',
    currencyCode: 'JPY',
    lines: [line('Licence {YYYY}', '1', '24000', '10')],
  };
  await recurring.createRecurringInvoice({
    recurringInvoice: {
      invoice: licence,
      frequency: RecurringInvoice_Frequency.YEAR,
      startDate: addMonths(today, 1) ?? today,
      dueDays: 30,
      mode: RecurringInvoice_Mode.DRAFT,
      period: RecurringInvoice_Period.FOLLOWING,
      count: 5,
    },
  });
}

function transportTo(baseUrl: string, accessToken?: string): Transport {
  return createConnectTransport({
    baseUrl,
    httpVersion: '1.1',
    interceptors: [
      (next) => (request) => {
        if (accessToken !== undefined) request.header.set(HEADER.authorization, `Bearer ${accessToken}`);
        return next(request);
      },
    ],
  });
}
