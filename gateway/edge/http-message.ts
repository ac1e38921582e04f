import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request of either HTTP version. */
export type IncomingRequest = IncomingMessage | Http2ServerRequest;

/** Its response. */
export type OutgoingResponse = ServerResponse | Http2ServerResponse;

/** Ends an answer that has begun, in a way that shows the client that it is not complete. */
export function breakOff(response: OutgoingResponse): void {
  // Without an error code, an HTTP/2 stream ends as if the answer were complete.
  if (response instanceof Http2ServerResponse) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}
