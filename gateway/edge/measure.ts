import type { Metrics } from '../../runtime/metrics/metrics.ts';
import { routeOf } from './exchange.ts';
import type { IncomingRequest, OutgoingResponse } from './http-message.ts';
import { isImpatience } from './patience.ts';

/** Measures a request from now until its answer is written or its caller has left. The exchange must have begun. */
export function measure(
  request: IncomingRequest,
  response: OutgoingResponse,
  metrics: Pick<Metrics, 'requestAnswered'>,
): void {
  const startMs = performance.now();
  response.once('close', () => {
    const hasWaited = response.headersSent && !isImpatience(response.statusCode, request.headers);
    metrics.requestAnswered({
      method: request.method ?? '',
      route: routeOf(request),
      status: hasWaited ? response.statusCode : 0,
      seconds: (performance.now() - startMs) / 1_000,
    });
  });
}
