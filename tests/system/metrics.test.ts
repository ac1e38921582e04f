import { expect, test } from 'vitest';
import { freePort } from '../../runtime/process/free-port.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { addCustomer, draftOf, signUp } from './testing/api.ts';
import { useNumer } from './testing/use-numer.ts';

const port = await freePort();
const numer = useNumer({ environment: { METRICS_PORT: String(port) } });

async function scrape(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

/** The values of all series with a name, by their labels. */
async function read(name: string, from?: string): Promise<Readonly<Record<string, number>>> {
  const text = from ?? (await scrape());
  const series = [...text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'))];
  return Object.fromEntries(series.map(([, labels = '', value]) => [labels, Number(value)]));
}

test('whoever watches over the system sees requests, calls, events, jobs and deliveries, and nobody by name', async () => {
  const api = await signUp(() => numer().url);
  const customerId = await addCustomer(api);
  const { id } = await api.post('/invoices', draftOf(customerId));
  await api.post(`/invoices/${id}/send`, {});
  expect((await api.call('GET', '/invoices/none')).status).toBeGreaterThanOrEqual(400);
  expect((await api.call('GET', '/no-such-route')).status).toBe(404);

  await waitUntil(
    async () => (await read('numer_delivery_attempts_total'))['channel="mail",outcome="accepted"'] === 1,
    {
      timeoutMs: 15_000,
    },
  );
  const requests = await read('http_server_request_duration_seconds_count');
  const label = (method: string, route: string, status: number) =>
    `http_request_method="${method}",http_route="${route}",http_response_status_code="${status}"`;
  expect(requests[label('POST', '/invoices/{invoice_id}/send', 200)]).toBe(1);
  expect(requests[label('GET', '', 404)]).toBe(1);
  const calls = await read('rpc_server_call_duration_seconds_count');
  const rpc = 'rpc_method="numer.invoice.v1.InvoiceService/SendInvoice"';
  expect(calls[`service="invoice",${rpc},rpc_response_status_code="OK"`]).toBe(1);
  // Every event becomes an activity; that of the mail may still be in transit.
  await waitUntil(
    async () => {
      const text = await scrape();
      const published = Object.values(await read('numer_events_published_total', text));
      const applied = await read('numer_event_lag_seconds_count', text);
      const all = published.reduce((sum, count) => sum + count, 0);
      return all >= 6 && applied['service="activity"'] === all;
    },
    { timeoutMs: 15_000 },
  );
  const jobs = await read('numer_job_duration_seconds_count');
  expect(jobs['service="notification",job="deliver-mails",outcome="done"']).toBeGreaterThan(0);

  const text = await scrape();
  for (const secret of [id, customerId, 'ada@bakery.example']) expect(text).not.toContain(secret);
});
