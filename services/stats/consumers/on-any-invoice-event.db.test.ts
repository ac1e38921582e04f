import { randomUUIDv7 } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExchangeRateService } from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { invoices } from '../store/schema.ts';
import type { Rate } from '../testing/conversion.ts';
import { dueOf, type InvoiceEvent, type Ledger, type LedgerInvoice, payableOf } from '../testing/ledger.ts';
import { expectRecount } from '../testing/recount.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';
import { onAnyInvoiceEvent } from './on-any-invoice-event.ts';

const TODAY = '2026-03-10';
/** Moments at which some of the users are on another day, in another month, or both. */
const MOMENTS = ['2026-03-10T12:00:00Z', '2026-02-28T23:30:00Z', '2026-03-31T11:00:00Z', '2028-02-29T06:00:00Z'];
const ZONES = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'];
/** The currencies of the accounts: two that invoices use, and one that they do not. */
const CURRENCIES = ['EUR', 'JPY', 'KWD'];

let service: StatsTestService;
beforeAll(async () => {
  service = await startStatsService();
  service.clock.set(`${TODAY}T12:00:00Z`);
});
afterAll(() => service.stop());

const STEPS = [
  'update',
  'send',
  'pay',
  'payAll',
  'overpay',
  'applyCredit',
  'creditNote',
  'writeOff',
  'reverse',
  'void',
  'giveUp',
  'delete',
] as const;

/**
 * What happens to an invoice: `pay` pays one unit, `payAll` the rest. Steps that its state does not allow are skipped.
 */
type Step = (typeof STEPS)[number];

interface Life {
  readonly owner: number;
  readonly customerId: string;
  readonly currencyCode: string;
  readonly totalMinor: bigint;
  readonly taxMinor: bigint;
  readonly prepaidMinor: bigint;
  readonly issueDate: string;
  readonly dueDate: string;
  /** The dates of its payments in turn, in any order: payments may be backdated. */
  readonly paymentDates: readonly string[];
  readonly steps: readonly Step[];
}

/**
 * Month ends, a leap day, days before and after the present ones, and days that are 1, 30, 31, 60, 61, 90 and 91 days
 * before one.
 */
const day = fc.constantFrom(
  ...['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01', '2026-03-09', '2026-03-10', '2026-03-11', '2026-03-31'],
  ...['2026-04-01', '2026-02-08', '2026-02-07', '2026-01-09', '2026-01-08', '2025-12-10', '2025-12-09', '2028-02-29'],
);

/** Few, so that several accounts and currencies share them. */
const customer = fc.constantFrom(...Array.from({ length: 4 }, () => randomUUIDv7()));

const life: fc.Arbitrary<Life> = fc.record({
  owner: fc.integer({ min: 0, max: 2 }),
  customerId: customer,
  currencyCode: fc.constantFrom('EUR', 'JPY', 'USD'),
  // Some are equal, so that customers tie.
  totalMinor: fc.oneof(fc.constantFrom(3n, 100n), fc.bigInt({ min: 3n, max: 999_999_999_999_999n })),
  taxMinor: fc.bigInt({ min: 0n, max: 3n }),
  prepaidMinor: fc.bigInt({ min: 0n, max: 2n }),
  issueDate: day,
  dueDate: day,
  paymentDates: fc.array(day, { minLength: 1, maxLength: 3 }),
  steps: fc.array(fc.constantFrom<Step>('send', 'send', ...STEPS), { maxLength: 9 }),
});

/** At most one rate for each day and currency, some in the future. */
const rates: fc.Arbitrary<Omit<Rate, 'targetCurrencyCode'>[]> = fc.uniqueArray(
  fc.record({
    currencyCode: fc.constantFrom('EUR', 'JPY', 'USD'),
    rate: fc.constantFrom('0.5', '0.0061', '163.9', '1', '0.333333333333', '123456789012'),
    date: day,
  }),
  { maxLength: 5, selector: ({ currencyCode, date }) => `${currencyCode} ${date}` },
);

/** Stores rates of accounts, each to the account's own currency, and gives those of each. */
async function store(
  owners: readonly ReturnType<typeof testUser>[],
  given: readonly Omit<Rate, 'targetCurrencyCode'>[],
): Promise<Map<string, Rate[]>> {
  const stored = new Map<string, Rate[]>();
  for (const user of owners) {
    const targetCurrencyCode = user.defaultCurrencyCode;
    const own = given.filter(({ currencyCode }) => currencyCode !== targetCurrencyCode);
    const client = service.client(ExchangeRateService, user);
    for (const exchangeRate of own) await client.createExchangeRate({ exchangeRate });
    stored.set(
      user.userId,
      own.map((rate) => ({ ...rate, targetCurrencyCode })),
    );
  }
  return stored;
}

/** Does a step if the state of the invoice allows it. */
function take(
  ledger: Ledger,
  invoice: LedgerInvoice,
  step: Step,
  paymentDates: readonly string[],
): InvoiceEvent | undefined {
  const { state, payments } = invoice;
  const dueMinor = dueOf(invoice);
  const paymentDate = paymentDates[payments.length % paymentDates.length] ?? TODAY;
  const [isDraft, isOpen] = [state === 'DRAFT', state === 'OPEN'];
  const standing = payments.find(({ isReversed }) => !isReversed);
  const isPayable = isOpen || state === 'UNCOLLECTIBLE';
  const actions: Record<Step, false | (() => InvoiceEvent)> = {
    update: isDraft && (() => ledger.update(invoice, { currencyCode: 'USD', totalMinor: 5n, issueDate: '2026-02-01' })),
    send: isDraft && (() => ledger.send(invoice)),
    pay: isPayable && dueMinor > 1n && (() => ledger.pay(invoice, 1n, paymentDate)),
    payAll: isPayable && (() => ledger.pay(invoice, dueMinor, paymentDate)),
    overpay: (isPayable || state === 'PAID') && (() => ledger.pay(invoice, dueMinor + 2n, paymentDate)),
    writeOff: isPayable && (() => ledger.writeOff(invoice)),
    reverse: standing !== undefined && (() => ledger.reverse(invoice, standing)),
    applyCredit: isPayable && (() => ledger.applyCredit(invoice, 1n, paymentDate)),
    creditNote: isPayable && (() => ledger.creditNote(invoice, dueMinor > 3n ? 3n : 1n, paymentDate)),
    void: isOpen && dueMinor === payableOf(invoice) && (() => ledger.void(invoice)),
    giveUp: isOpen && (() => ledger.giveUp(invoice)),
    delete: isDraft && (() => ledger.delete(invoice)),
  };
  const action = actions[step];
  return action === false ? undefined : action();
}

/** Plays the life of an invoice on the ledger. Gives the events. */
function play(
  ledger: Ledger,
  owners: readonly string[],
  { owner, steps, paymentDates, ...terms }: Life,
): InvoiceEvent[] {
  const [invoice, created] = ledger.create(owners[owner] ?? '', terms);
  return [created, ...steps.flatMap((step) => take(ledger, invoice, step, paymentDates) ?? [])];
}

/** Repeats some events, shuffles all by sort keys, so that fast-check can shrink, and cuts them into batches. */
function deliver(events: readonly InvoiceEvent[], keys: readonly number[], batchSize: number): InvoiceEvent[][] {
  const keyOf = (index: number) => keys[index % keys.length] ?? 0;
  const repeated = events.filter((_, index) => keyOf(index) % 3 === 0);
  const order = [...events, ...repeated].map((event, index) => ({ event, key: keyOf(index * 7) }));
  const shuffled = order.toSorted((a, b) => a.key - b.key).map(({ event }) => event);
  const batches: InvoiceEvent[][] = [];
  for (let start = 0; start < shuffled.length; start += batchSize) {
    // The runtime delivers each event at most once in a batch.
    batches.push([...new Set(shuffled.slice(start, start + batchSize))]);
  }
  return batches;
}

async function expectRecounts(
  ledger: Ledger,
  owners: readonly ReturnType<typeof testUser>[],
  stored: ReadonlyMap<string, readonly Rate[]> = new Map(),
): Promise<void> {
  for (const user of owners) await expectRecount(service, ledger.invoices, user, stored.get(user.userId));
  expect(await service.deps.store.recountTotals(owners.map(({ userId }) => userId))).toBe(0);
}

describe('the numbers', () => {
  test('are those of a recount, whatever the order, repeats and batches of the events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(1_000), { minLength: 1, maxLength: 101 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(...MOMENTS),
        rates,
        async (lives, keys, batchSize, moment, given) => {
          service.clock.set(moment);
          const ledger = service.newLedger();
          const owners = ZONES.map((zone, index) => testUser(zone, CURRENCIES[index]));
          const ids = owners.map(({ userId }) => userId);
          const events = lives.flatMap((one) => play(ledger, ids, one));
          for (const batch of deliver(events, keys, batchSize)) await service.apply(...batch);
          await expectRecounts(ledger, owners, await store(owners, given));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('are exact when many batches of the same accounts are applied at once', async () => {
    const ledger = service.newLedger();
    const owners = Array.from({ length: 25 }, () => testUser());
    const ids = owners.map(({ userId }) => userId);
    const lives = fc.sample(life, { numRuns: 500, seed: 42 });
    const events = lives.flatMap((one, index) => play(ledger, ids, { ...one, owner: index % owners.length }));
    const batches = deliver(events, fc.sample(fc.nat(1_000), { numRuns: 997, seed: 42 }), 50);
    await Promise.all(batches.map((batch) => service.apply(...batch)));
    await expectRecounts(ledger, owners);
  });
});

describe('an event', () => {
  test('that is older than what is known changes nothing, not even after the deletion', async () => {
    const ledger = service.newLedger();
    const user = testUser();
    const [invoice, created] = ledger.create(user.userId);
    const updated = ledger.update(invoice, { totalMinor: 5n });
    const deleted = ledger.delete(invoice);
    await service.apply(deleted);
    await service.apply(updated, created);
    await expectRecounts(ledger, [user]);
  });

  test('that comes over the bus is applied once, and again it changes nothing', async () => {
    service.begin();
    const ledger = service.newLedger();
    const user = testUser();
    const [invoice] = ledger.create(user.userId);
    ledger.send(invoice);
    const paid = ledger.pay(invoice, 1n, TODAY);
    const schema = onAnyInvoiceEvent.events.find(({ typeName }) => typeName === paid.type);
    if (schema === undefined) throw new Error('the consumer does not ask for payments');
    const { message, ...envelope } = paid;
    await service.publish(schema, message, envelope);
    await service.publish(schema, message, envelope);
    await expectRecounts(ledger, [user]);
  });

  test('without an owner or an invoice is refused', async () => {
    const [, created] = service.newLedger().create(testUser().userId);
    const before = await service.db.$count(invoices);
    await expect(service.apply({ ...created, ownerId: undefined })).rejects.toThrow('no owner');
    expect(await service.db.$count(invoices)).toBe(before);
  });
});
