import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request of either HTTP version. */
export type IncomingRequest = IncomingMessage | Http2ServerRequest;

/** Its response. */
export type OutgoingResponse = ServerResponse | Http2ServerResponse;
