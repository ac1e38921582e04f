import { beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../runtime/testing/chromium.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { addCustomer, addDraft, signUp, templateOf } from '../system/testing/api.ts';
import { useSharedNumer } from '../system/testing/use-numer.ts';
import { useBrowser, type WatchedPage } from './testing/use-browser.ts';

const chromium = await findChromium();
/** Long, because Swagger UI is a large script that loads slowly on a busy machine. */
const SLOW_MS = 120_000;
/** The size of a small phone, and of a window on a desk. */
const [PHONE, DESK] = [
  { width: 320, height: 640 },
  { width: 1280, height: 720 },
];

describe.skipIf(chromium === undefined)('a page that the system serves', () => {
  const numer = useSharedNumer();
  const openPage = useBrowser(chromium);

  /** Requests of a page to other origins; data URLs are not requests. */
  function outside({ requests }: WatchedPage): string[] {
    return requests.map(({ url }) => url).filter((url) => !url.startsWith(numer().url) && !url.startsWith('data:'));
  }

  /** How wide the content of a page is. */
  function widthOf({ page }: WatchedPage): Promise<unknown> {
    return page.evaluate('document.documentElement.scrollWidth');
  }

  describe('/docs', () => {
    let docs: WatchedPage;
    let widthOnPhone: unknown;
    beforeAll(async () => {
      docs = await openPage({ viewport: PHONE });
      await docs.page.goto(`${numer().url}/docs`);
      await docs.page.locator('.opblock').first().waitFor();
      widthOnPhone = await widthOf(docs);
      await docs.page.setViewportSize(DESK);
    }, SLOW_MS);

    test('fits a small phone', () => {
      expect(widthOnPhone).toBe(PHONE.width);
    });

    test('shows every operation, and asks nobody else for anything', async () => {
      // The form that the gateway writes.
      const document = (await (await fetch(`${numer().url}/openapi.json`)).json()) as { paths: Record<string, object> };
      const operations = Object.values(document.paths).flatMap((item) => Object.keys(item));
      expect((await operationsAlong(docs.page)).size).toBe(operations.length);
      expect(docs.requests.length).toBeGreaterThan(4);
      expect(outside(docs)).toEqual([]);
      expect(docs.complaints).toEqual([]);
    });

    /** Scrolls down by half a window; gives whether that much was left. */
    const GO_DOWN = `new Promise((resolve) => {
      const before = scrollY;
      scrollBy(0, innerHeight / 2);
      requestAnimationFrame(() => resolve(scrollY > before));
    })`;

    /** The ids of all operations. They are on the page only while they are visible, or nearly so. */
    async function operationsAlong(page: WatchedPage['page']): Promise<Set<string>> {
      const seen = new Set<string>();
      do {
        for (const id of await page.locator('.opblock').evaluateAll((blocks) => blocks.map((block) => block.id)))
          seen.add(id);
      } while (await page.evaluate<boolean>(GO_DOWN));
      return seen;
    }

    /** Fills in an operation and sends it; gives the status of the response. */
    async function tryOperation(id: string, body?: object): Promise<string> {
      await docs.page.locator('.operation-filter-input').fill(id.replace(/-.*/, ''));
      const block = docs.page.locator(`#operations-${id}`);
      await block.locator('.opblock-summary-control').first().click();
      if (body !== undefined) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
      await block.locator('button.execute').click();
      const status = block.locator('.live-responses-table .response-col_status').last();
      await status.waitFor();
      return (await status.innerText()).trim().slice(0, 3);
    }

    test('tries calls: signs up, signs in, and goes on as whoever signed in', { timeout: SLOW_MS }, async () => {
      const credentials = { email: 'docs@example.com', password: 'correct horse' };
      expect(await tryOperation('Stats-getStats')).toBe('401');
      expect(await tryOperation('User-createUser', { ...credentials, name: 'Dana' })).toBe('201');
      expect(await tryOperation('Session-createSession', credentials)).toBe('201');
      expect(await tryOperation('Invoice-listInvoices')).toBe('200');
      expect(outside(docs)).toEqual([]);
    });

    test('leads to the reference of the contracts, which fits a small phone', { timeout: SLOW_MS }, async () => {
      await docs.page.getByRole('link', { name: 'the reference of the contracts' }).click();
      await docs.page.waitForURL('**/schemas/latest/reference.html');
      expect(await docs.page.title()).toMatch(/^Numer contracts v/);
      await docs.page.setViewportSize(PHONE);
      expect(await widthOf(docs)).toBe(PHONE.width);
    });
  });

  test('the page of caught mails fits a small phone, and so does a mail', { timeout: SLOW_MS }, async () => {
    const api = await signUp(() => numer().url);
    const draft = await addDraft(api, await addCustomer(api));
    await api.post('/invoices/send', { invoiceId: draft.id });
    await waitUntil(async () => (await api.get('/notifications?state=SENT')).notifications.length === 1);
    const mails = await openPage({ viewport: PHONE });
    await mails.page.goto(`${numer().url}/dev/mail`);
    expect(await widthOf(mails)).toBe(PHONE.width);
    await mails.page.getByRole('link', { name: 'Invoice' }).first().click();
    await mails.page.locator('iframe').waitFor();
    expect(await widthOf(mails)).toBe(PHONE.width);
  });

  describe('the page of a quote', () => {
    type Details = Readonly<Record<string, unknown>>;

    async function sendQuote(details: Details = {}, customer: Details = {}) {
      const api = await signUp(() => numer().url);
      const invoice = { ...templateOf(await addCustomer(api, customer)), ...details };
      const { id } = await api.post('/quotes', { invoice });
      await api.post(`/quotes/${id}/send`, {});
      const { url } = await api.get(`/document-links/${id}`);
      const stateOf = async () => (await api.get(`/quotes/${id}`)).state;
      return { address: `${numer().url}${url}`, stateOf };
    }

    test('is read and answered on a small phone without JavaScript', { timeout: SLOW_MS }, async () => {
      const { address, stateOf } = await sendQuote();
      const { page, requests, complaints } = await openPage({
        javaScriptEnabled: false,
        viewport: PHONE,
      });
      await page.goto(address);
      const main = await page.getByRole('main').boundingBox();
      expect((main?.x ?? 0) + (main?.width ?? 321), 'it fits').toBeLessThanOrEqual(PHONE.width);
      await page.getByRole('button', { name: 'Accept this quote' }).click();
      await page.getByText('It was accepted on').waitFor();
      expect(page.url()).toBe(address);
      expect(await page.getByRole('button').count()).toBe(0);
      expect(await stateOf()).toBe('ACCEPTED');
      const sent = requests.filter(({ url }) => !url.endsWith('/favicon.ico'));
      expect(sent.map(({ method, url }) => [method, url === address])).toEqual([
        ['GET', true],
        ['POST', true],
        ['GET', true],
      ]);
      expect(complaints).toEqual([]);
    });

    test('breaks no word beside large sums on a small phone', { timeout: SLOW_MS }, async () => {
      const lines = [{ description: 'Bridge', quantity: '1', unitPrice: '123456789.01', taxPercent: '19' }];
      const { address } = await sendQuote({ lines }, { locale: 'de' });
      const quote = await openPage({ viewport: PHONE });
      const { page } = quote;
      await page.goto(address);
      for (const word of ['Zwischensumme', 'Gesamtbetrag']) {
        const height = (await page.getByText(word, { exact: true }).boundingBox())?.height;
        expect(height, word).toBeLessThan(40); // two lines have 48 pixels
      }
      expect(await widthOf(quote)).toBe(PHONE.width);
    });

    test('takes no answer that another site sends', { timeout: SLOW_MS }, async () => {
      const { address, stateOf } = await sendQuote();
      const { page } = await openPage();
      await page.setContent(
        `<form method="post" action="${address}"><button name="answer" value="accept">Win</button></form>`,
      );
      await page.getByRole('button', { name: 'Win' }).click();
      await page.getByText('Your answer was not understood.').waitFor();
      expect(await stateOf()).toBe('SENT');
    });
  });

  describe('the reference of the contracts', () => {
    test('can be read without JavaScript, and asks nobody for anything', { timeout: SLOW_MS }, async () => {
      const reference = await openPage({ javaScriptEnabled: false });
      const { page, requests, complaints } = reference;
      await page.goto(`${numer().url}/schemas/latest/reference.html`);
      // Its only request is for the page itself; the browser requests the icon by itself.
      expect(requests.filter(({ url }) => !url.endsWith('/favicon.ico'))).toHaveLength(1);
      expect(complaints).toEqual([]);
      const navigation = page.getByRole('navigation');
      const [left, main] = [await navigation.boundingBox(), await page.getByRole('main').boundingBox()];
      expect(left?.width, 'the style is applied').toBeLessThan((main?.width ?? 0) / 2);

      await navigation.getByText('InvoiceService', { exact: true }).click();
      await navigation.getByRole('link', { name: 'SendInvoice' }).click();
      expect(new URL(page.url()).hash).toBe('#numer.invoice.v1.InvoiceService.SendInvoice');
      const heading = page.getByRole('heading', { name: /^SendInvoice/ }).first();
      expect((await heading.boundingBox())?.y).toBeLessThan(100);
      await page.getByRole('link', { name: 'CUSTOMER_WITHOUT_EMAIL' }).first().click();
      expect(new URL(page.url()).hash).toBe('#numer.errors.v1.ErrorReason.CUSTOMER_WITHOUT_EMAIL');
    });
  });
});
