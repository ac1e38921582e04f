import { Code, type ConnectError, type Interceptor } from '@connectrpc/connect';
import { HEADER, requestIdKey } from '../call/call.ts';
import { toConnectError } from '../call/errors.ts';
import type { ServiceMetrics } from '../metrics/metrics.ts';
import type { Logger } from '../process/log.ts';

/** Codes of a defect or an outage on this side. All others are for the caller to mend. */
const OUR_FAULT = new Set([Code.Internal, Code.Unknown, Code.DataLoss, Code.Unavailable, Code.Unimplemented]);

/**
 * The outermost interceptor: takes over the request id, turns whatever is thrown into what the caller may see, and
 * logs and measures each call once, with the cause of a failure on our side.
 */
export function handleErrors(log: Logger, metrics?: ServiceMetrics): Interceptor {
  return (next) => async (request) => {
    const startMs = performance.now();
    const requestId = request.header.get(HEADER.requestId) ?? '';
    request.contextValues.set(requestIdKey, requestId);
    const facts = { rpc: `${request.service.typeName}/${request.method.name}`, requestId };
    try {
      const response = await next(request);
      const durationMs = performance.now() - startMs;
      metrics?.callAnswered(facts.rpc, 'OK', durationMs / 1_000);
      log.debug({ ...facts, durationMs }, 'call');
      return response;
    } catch (cause) {
      const error = toConnectError(cause);
      const record = { ...facts, code: Code[error.code], durationMs: performance.now() - startMs };
      metrics?.callAnswered(facts.rpc, record.code, record.durationMs / 1_000);
      const err = causeOf(error, cause);
      // A caller who leaves may give an error as the reason: connect-node does when the deadline of a call has passed.
      const hasLeft = err === request.signal.reason;
      if (OUR_FAULT.has(error.code) && !hasLeft) log.error({ ...record, err }, 'call failed');
      else log.info({ ...record, message: error.rawMessage }, 'call refused');
      throw error;
    }
  };
}

function causeOf(error: ConnectError, cause: unknown): unknown {
  return error === cause ? (error.cause ?? error) : cause;
}
