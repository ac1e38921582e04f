import { beforeAll, expect, test } from 'vitest';
import { addDays, addMonths, localDate } from '../../runtime/calendar.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { type Api, addCustomer, type Json, recurringOf, signUp, templateOf } from './testing/api.ts';
import { useSharedNumer } from './testing/use-numer.ts';

const numer = useSharedNumer();
const OPTIONS = { timeoutMs: 30_000 } as const;

let api: Api;
let customerId: string;

beforeAll(async () => {
  api = await signUp(() => numer().url);
  customerId = await addCustomer(api);
});

/** The subjects of the sent mails, oldest first; waits until there are so many. */
function mails(query: string, count: number): Promise<string[]> {
  return waitUntil(async () => {
    const sent: Json[] = await api.list(`/notifications?state=SENT&${query}`, 'notifications');
    return sent.length === count && sent.map(({ subject }) => subject).toReversed();
  }, OPTIONS);
}

test('a recurring invoice catches up on its dates by itself, each one numbered, mailed and told of once', async () => {
  const today = localDate(new Date(), 'UTC');
  const startDate = addMonths(today, -2) ?? '';
  const { id } = await api.post('/recurring-invoices', {
    ...recurringOf(customerId),
    startDate,
    endDate: addDays(today, 20),
    mode: 'SEND',
  });
  const path = `/recurring-invoices/${id}`;
  const occurrences: Json[] = await waitUntil(async () => {
    const found: Json[] = await api.list(`${path}/occurrences`, 'occurrences');
    return found.length === 3 && found.every(({ state }) => state === 'DONE') && found;
  }, OPTIONS);
  expect(occurrences.map(({ occurrenceDate }) => occurrenceDate)).toEqual(
    [2, 1, 0].map((months) => addMonths(startDate, months)),
  );

  const invoices = await Promise.all(occurrences.map(({ invoiceId }) => api.get(`/invoices/${invoiceId}`)));
  expect(invoices.map(({ number, recurringInvoiceId }) => [number, recurringInvoiceId])).toEqual([
    ['INV-00003', id],
    ['INV-00002', id],
    ['INV-00001', id],
  ]);
  for (const { invoiceId } of occurrences) expect(await mails(`invoiceId=${invoiceId}`, 1)).toHaveLength(1);
  expect(await api.get(path)).toMatchObject({ state: 'ENDED', occurrenceCount: 3, nextDate: '' });

  const told = await waitUntil(async () => {
    const activities: Json[] = await api.list('/activities/user', 'activities');
    const types = activities.map(({ type }) => type).filter((type) => /^(recurring-invoice|invoice)\./.test(type));
    return types.length === 10 && types.toSorted();
  }, OPTIONS);
  expect(told).toEqual([
    ...Array(3).fill('invoice.created'),
    ...Array(3).fill('invoice.sent'),
    'recurring-invoice.created',
    ...Array(3).fill('recurring-invoice.occurred'),
  ]);
});

test('a quote that is sent reaches the customer, and the invoice that it becomes is another mail', async () => {
  const quote = await api.post('/quotes', { invoice: templateOf(customerId), expireDate: '2098-01-31' });
  const { number } = await api.post(`/quotes/${quote.id}/send`, {});
  expect(await mails(`quoteId=${quote.id}`, 1)).toEqual([`Quote ${number} from Dana`]);
  await api.post(`/quotes/${quote.id}/accept`, {});
  const invoice = await api.post(`/quotes/${quote.id}/convert`, {});
  await api.post(`/invoices/${invoice.id}/send`, {});
  expect(await mails(`invoiceId=${invoice.id}`, 1)).toHaveLength(1);
  expect(await mails(`quoteId=${quote.id}`, 1)).toHaveLength(1);
});
