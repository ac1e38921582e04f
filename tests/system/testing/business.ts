import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { type Answer, type Api, addCustomer, draftOf, type Json, signUp } from './api.ts';
import { recount } from './recount.ts';

/** A relay that was killed holds its events for its lease of 10 s. Looks are far apart, because each asks for everything. */
const EVENTS = { timeoutMs: 75_000 };

/** A user who works while things break, and keeps track of everything that was acknowledged. */
export interface Business {
  readonly api: Api;
  /** Number of requests that have been acknowledged. */
  readonly acknowledged: number;
  /** Number of mails that must have been written. */
  readonly mails: number;
  /** Creates, changes and sends an invoice and adds a reminder; two of three invoices are then paid in two parts. */
  handleInvoice(): Promise<void>;
  /**
   * Waits until all events have arrived, and expects that nothing acknowledged is lost and no effect was repeated: numbers
   * have no gaps, each activity, reminder and mail exists once, statistics match a recount, and every repeated request gets
   * the same response.
   */
  expectNothingLostOrRepeated(): Promise<void>;
}

interface Write {
  readonly path: string;
  readonly body: unknown;
  readonly key: string;
  readonly answer: Answer;
}

/** Signs up and adds a customer. `asCaller` wraps the API for the user, e.g. `patient`. */
export async function openBusiness(url: () => string, asCaller: (api: Api) => Api = (api) => api): Promise<Business> {
  const api = asCaller(await signUp(url));
  const customerId = await addCustomer(api);
  const writes: Write[] = [];
  const expected: Json[] = [];
  let acknowledged = 0;

  const post = async (path: string, body: unknown): Promise<Json> => {
    const key = randomUUID();
    const answer = await api.call('POST', path, { body, headers: { 'idempotency-key': key } });
    if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    writes.push({ path, body, key, answer });
    acknowledged += 1;
    return answer.body;
  };

  return {
    api,
    get acknowledged() {
      return acknowledged;
    },
    get mails() {
      return expected.reduce((sum, { mails }) => sum + mails.length, 0);
    },
    async handleInvoice() {
      const isPaid = expected.length % 3 !== 0;
      const { id } = await post('/invoices', draftOf(customerId));
      await api.patch(`/invoices/${id}`, { dueDate: '2098-06-30' });
      acknowledged += 1;
      const { number } = await post('/invoices/send', { invoiceId: id });
      await post('/reminders', { invoiceId: id, daysBeforeDue: 10 });
      if (isPaid) {
        await post(`/invoices/${id}/payments`, { amountMinor: '10000' });
        await post(`/invoices/${id}/payments`, { amountMinor: '1899' });
      }
      expected.push(expectedOf(id, number, isPaid));
    },
    async expectNothingLostOrRepeated() {
      const wanted = expected.toSorted((one, other) => (one.id < other.id ? -1 : 1));
      const isSettled = async () => isDeepStrictEqual(await observe(api), wanted);
      // If this does not settle, the comparison below shows the difference.
      await waitUntil(isSettled, EVENTS).catch(() => undefined);
      expect(await observe(api)).toEqual(wanted);
      expect(wanted.map(({ number }) => number).toSorted()).toEqual(wanted.map((_, index) => numberOf(index + 1)));

      await expectRestOfTrail(api, wanted.length);
      // This is another consumer than those above, and it may have waited longer for a lease.
      const isCounted = async () => isDeepStrictEqual((await api.get('/stats')).currencies, await recount(api));
      await waitUntil(isCounted, EVENTS).catch(() => undefined);
      expect((await api.get('/stats')).currencies).toEqual(await recount(api));
      for (const { path, body, key, answer } of writes) {
        const replayed = await api.call('POST', path, { body, headers: { 'idempotency-key': key } });
        expect(replayed.headers.get('idempotent-replayed')).toBe('true');
        expect(replayed).toMatchObject({ status: answer.status, body: answer.body });
      }
    },
  };
}

function numberOf(sequence: number): string {
  return `INV-${String(sequence).padStart(5, '0')}`;
}

function expectedOf(id: string, number: string, isPaid: boolean): Json {
  return {
    id,
    number,
    dueDate: '2098-06-30',
    state: isPaid ? 'PAID' : 'OPEN',
    paidMinor: isPaid ? '11899' : '0',
    activities: [
      'invoice.created',
      'invoice.sent',
      'invoice.updated',
      ...Array.from({ length: isPaid ? 3 : 1 }, () => 'notification.sent'),
      ...Array.from({ length: isPaid ? 2 : 0 }, () => 'payment.recorded'),
      'reminder.scheduled',
    ],
    mails: isPaid ? ['INVOICE_SENT SENT', 'PAYMENT_RECEIVED SENT', 'PAYMENT_RECEIVED SENT'] : ['INVOICE_SENT SENT'],
    // When an invoice is paid before the event of its sending has arrived, its reminder plan is no longer made.
    reminders: isPaid ? ['CANCELLED INVOICE_PAID'] : ['SCHEDULED CANCEL_REASON_UNSPECIFIED'],
    isPlanned: true,
    isEachCancellationToldOnce: true,
  };
}

/** What the system shows of each invoice, in the form of `expectedOf`. */
async function observe(api: Api): Promise<Json[]> {
  const [invoices, activities, reminders, notifications] = await Promise.all([
    api.list('/invoices', 'invoices'),
    api.list('/activities/user', 'activities'),
    api.list('/reminders', 'reminders'),
    api.list('/notifications', 'notifications'),
  ]);
  return invoices
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ id, number, dueDate, state, paidMinor }) => {
      const isAbout = ({ invoiceId }: { invoiceId: string }) => invoiceId === id;
      const types: string[] = activities.filter(isAbout).map(({ type }) => type);
      const own = reminders.filter(isAbout);
      const cancelled = own.filter((reminder) => reminder.state === 'CANCELLED');
      return {
        id,
        number,
        dueDate,
        state,
        paidMinor,
        activities: types.filter((type) => type !== 'reminder.cancelled').toSorted(),
        mails: notifications
          .filter(isAbout)
          .map((notification) => `${notification.kind} ${notification.state}`)
          .toSorted(),
        reminders: [...new Set(own.map((reminder) => `${reminder.state} ${reminder.cancelReason}`))],
        isPlanned: own.length === 5 || (own.length === 1 && state === 'PAID'),
        isEachCancellationToldOnce: types.filter((type) => type === 'reminder.cancelled').length === cancelled.length,
      };
    });
}

/** What happened to the account besides its invoices. */
async function expectRestOfTrail(api: Api, invoices: number): Promise<void> {
  const list = () => api.list('/activities/user', 'activities');
  const isOther = ({ invoiceId }: Json) => invoiceId === '';
  // These come from another service than those of invoices, which may have been without the broker for longer.
  const isThere = async () => (await list()).filter(isOther).length >= 3;
  await waitUntil(isThere, EVENTS).catch(() => undefined);
  const activities = await list();
  expect(new Set(activities.map(({ id }) => id)).size).toBe(activities.length);
  const others = activities.filter(isOther).map(({ type }) => type);
  expect(others.toSorted()).toEqual(['customer.created', 'session.created', 'user.created']);
  expect(new Set(activities.map(({ invoiceId }) => invoiceId)).size).toBe(invoices + 1);
}
