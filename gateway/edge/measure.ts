import type { Metrics } from '../../runtime/metrics/metrics.ts';
import { routeOf } from './exchange.ts';
import type { IncomingRequest, OutgoingResponse } from './http-message.ts';

/** Measures a request, whose exchange has begun, from now until its answer is written or its caller gone. */
export function measure(request: IncomingRequest, response: OutgoingResponse, metrics: Metrics): void {
  const startMs = performance.now();
  response.once('close', () =>
    metrics.requestAnswered({
      method: request.method ?? '',
      route: routeOf(request),
      status: response.headersSent ? response.statusCode : 0,
      seconds: (performance.now() - startMs) / 1_000,
    }),
  );
}
