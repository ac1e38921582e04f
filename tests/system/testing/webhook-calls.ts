import { randomUUID } from 'node:crypto';
import type { Api } from './api.ts';
import type { ChangingCalls } from './changing-calls.ts';

/** The calls of {@link createChangingCalls} that are about webhooks. Nothing is posted, since no URL has a public address. */
export function webhookCalls(api: Api): ChangingCalls {
  const endpoint = () => ({ url: `https://localhost/${randomUUID()}`, eventTypes: ['invoice.sent'] });
  const add = async () => `/webhook-endpoints/${(await api.post('/webhook-endpoints', endpoint())).webhookEndpoint.id}`;
  // An account can have only a few, so calls share one where they can still differ.
  let shared: Promise<string> | undefined;
  const one = () => {
    shared ??= add();
    return shared;
  };
  return {
    'POST /webhook-endpoints': async () => ({ path: '/webhook-endpoints', body: endpoint() }),
    'PATCH /webhook-endpoints/{webhook_endpoint.id}': async () => ({
      path: await one(),
      body: { description: `Shop ${randomUUID()}` },
    }),
    'DELETE /webhook-endpoints/{webhook_endpoint_id}': async () => ({ path: await add() }),
    'POST /webhook-endpoints/{webhook_endpoint_id}/rotate-secret': async () => ({
      path: `${await add()}/rotate-secret`,
      body: {},
    }),
    'POST /webhook-endpoints/{webhook_endpoint_id}/test': async () => ({ path: `${await add()}/test`, body: {} }),
    'POST /webhook-endpoints/{webhook_endpoint_id}/deliveries/{webhook_delivery_id}/resend': async () => {
      const path = await one();
      const { id } = await api.post(`${path}/test`, {});
      return { path: `${path}/deliveries/${id}/resend`, body: {} };
    },
  };
}
