import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request of either HTTP version. */
export type IncomingRequest = IncomingMessage | Http2ServerRequest;

/** Its response. */
export type OutgoingResponse = ServerResponse | Http2ServerResponse;

/** Ends an answer that has begun so that the client sees that it is not complete. */
export function breakOff(response: OutgoingResponse): void {
  // Without a code, a stream of HTTP/2 ends as if all were well.
  if (response instanceof Http2ServerResponse) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}
