import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that the receiver got. */
export interface ReceivedWebhook {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on loopback that keeps what is posted to it. */
export interface WebhookReceiver {
  /** For the endpoint. */
  readonly url: string;
  /** What came so far, oldest first. */
  readonly received: readonly ReceivedWebhook[];
  /** How requests are answered from now on. At first with 204. */
  answer(how: (response: ServerResponse, request: ReceivedWebhook) => void): void;
  /** Stops listening and cuts all connections. */
  close(): Promise<void>;
}

/** Starts one. Close it when the test ends. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  let answer: Parameters<WebhookReceiver['answer']>[0] = (response) => response.writeHead(204).end();
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return; // cut before its end
    const one = { method: request.method, path: request.url, headers: request.headers, body };
    received.push(one);
    answer(response, one);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`, // a TCP server has one
    received,
    answer(how) {
      answer = how;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
