import { expect, test } from 'vitest';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { patient } from './testing/api.ts';
import { type Business, openBusiness } from './testing/business.ts';
import { useNumer } from './testing/use-numer.ts';

const BUSINESSES = 4;
const INVOICES_EACH = 6;
/** The system is killed each time so many more requests have been acknowledged. */
const KILL_EVERY = 30;
const KILLS = 4;

const numer = useNumer();
const url = () => numer().url;

test('loses nothing acknowledged and repeats nothing when it is killed in the middle of concurrent writes', async () => {
  const businesses = await Promise.all(Array.from({ length: BUSINESSES }, () => openBusiness(url, patient)));
  const acknowledged = () => businesses.reduce((sum, business) => sum + business.acknowledged, 0);
  const killAndRestart = async () => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await waitUntil(() => acknowledged() >= kill * KILL_EVERY, { timeoutMs: 30_000 });
      await numer().kill();
      await numer().restart();
    }
  };
  await Promise.all([...businesses.map((business) => handleInvoices(business, INVOICES_EACH)), killAndRestart()]);

  await Promise.all(businesses.map((business) => business.expectNothingLostOrRepeated()));
  expect(numer().mailFiles()).toHaveLength(businesses.reduce((sum, business) => sum + business.mails, 0));
}, 150_000);

async function handleInvoices(business: Business, count: number): Promise<void> {
  for (let invoice = 0; invoice < count; invoice += 1) await business.handleInvoice();
}
