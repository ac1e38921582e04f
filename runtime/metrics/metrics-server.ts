import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openPort } from '../process/open-port.ts';
import type { Metrics } from './metrics.ts';
import type { PrometheusMetrics } from './prometheus.ts';

/** Metrics that somebody can read at a port. */
export interface ServedMetrics {
  readonly metrics: Metrics;
  /** Where they are, e.g. `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  stop(): Promise<void>;
}

const PATH = '/metrics';

/** Few programs read metrics, and none of them is slow. */
const CONNECTIONS_MAX = 50;
const TIMEOUT_MS = 10_000;

/**
 * Starts to measure, and serves the metrics as `GET /metrics` on a port of their own, 0 for any free one: they are not
 * for callers of the API.
 *
 * @throws Error naming METRICS_PORT when the port cannot be opened
 */
export async function serveMetrics(host: string, port: number): Promise<ServedMetrics> {
  // Only here: a process that does not measure need not load the library.
  const { createPrometheusMetrics } = await import('./prometheus.ts');
  const metrics = createPrometheusMetrics();
  const server = createServer((request, response) => void answer(metrics, request, response));
  server.maxConnections = CONNECTIONS_MAX;
  server.headersTimeout = TIMEOUT_MS;
  server.requestTimeout = TIMEOUT_MS;
  const url = await openPort(server, host, port).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be opened (${cause.code ?? cause.message})`;
    throw new Error(`Port ${port} for metrics ${problem}. Choose another with METRICS_PORT.`, { cause });
  });
  return {
    metrics,
    url: `${url}${PATH}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(metrics: PrometheusMetrics, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (request.url?.split('?', 1)[0] !== PATH || !isRead) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end(`Metrics are at GET ${PATH}.\n`);
    return;
  }
  // Whatever goes wrong here must not reach the process that is measured.
  const text = await metrics.read().catch(() => undefined);
  if (text === undefined) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('The metrics cannot be read now.\n');
    return;
  }
  response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text);
}
