import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DELETION_REMEMBERED_MS, forgetDeleted } from '../../../runtime/events/forget-deleted.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { onAnyInvoiceEvent } from '../consumers/on-any-invoice-event.ts';
import { createDeps, type Deps } from '../deps.ts';
import { completeInvoices } from '../jobs/complete-invoices.ts';
import { statsService } from '../service.ts';
import { type InvoiceServiceState, invoiceTransportOf } from '../testing/fake-invoice-service.ts';
import { createLedger, type InvoiceEvent, type Ledger } from '../testing/ledger.ts';
import { expectRecount } from '../testing/recount.ts';
import { invoices } from './schema.ts';

let ledger: Ledger;
let service: TestService;
let deps: Deps;
const invoiceService: InvoiceServiceState = {
  ledger: createLedger(() => service.clock.now()),
  afterPage: undefined,
  isOld: false,
};
beforeAll(async () => {
  const transport = invoiceTransportOf(invoiceService);
  service = await startTestService(statsService, { transports: { invoice: transport } });
  deps = createDeps({
    db: service.db,
    clock: service.clock,
    log: silentLog(),
    transportTo: () => transport,
    callAsService: async () => ({ headers: { authorization: 'Bearer of the service' } }),
  });
});
beforeEach(() => {
  ledger = createLedger(() => service.clock.now());
  invoiceService.ledger = ledger;
});
afterAll(() => service.stop());

const apply = (...events: InvoiceEvent[]) => onAnyInvoiceEvent.apply(deps, events);
const forget = () => forgetDeleted.run(deps, service.clock.now(), new AbortController().signal);
const complete = () => completeInvoices.run(deps, service.clock.now(), new AbortController().signal);
const countOf = (ownerId: string) => service.db.$count(invoices, eq(invoices.ownerId, ownerId));

test('a deleted draft is forgotten after a month, and until then no event brings it back', async () => {
  const user = testUser();
  const [draft, created] = ledger.create(user.userId);
  const [, kept] = ledger.create(user.userId);
  const updated = ledger.update(draft, { totalMinor: 5n });
  await apply(created, kept, ledger.delete(draft));
  await forget();
  service.clock.advance(DELETION_REMEMBERED_MS - 1);
  await Promise.all([forget(), forget()]);
  await apply(updated);
  expect(await countOf(user.userId)).toBe(2);
  await expectRecount(service, ledger.invoices, user);
  service.clock.advance(2);
  await Promise.all([forget(), forget()]);
  expect(await countOf(user.userId)).toBe(1);
  await expectRecount(service, ledger.invoices, user);
});

test('what comes later still is compared with the invoices there are', async () => {
  const user = testUser();
  const [gone, createdGone] = ledger.create(user.userId);
  const [, createdKept] = ledger.create(user.userId);
  ledger.delete(gone);
  service.clock.advance(DELETION_REMEMBERED_MS + 1);
  await apply(createdGone, createdKept);
  await complete();
  await expectRecount(service, ledger.invoices, user);
  await forget();
  service.clock.advance(DELETION_REMEMBERED_MS + 1);
  await forget();
  expect(await countOf(user.userId)).toBe(1);
});
