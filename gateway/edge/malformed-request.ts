import { STATUS_CODES } from 'node:http';
import type { ErrorReasonName } from '../../runtime/call/errors.ts';
import { createProblem, problemResponse } from '../rest/problem.ts';
import type { IncomingRequest, OutgoingResponse } from './http-message.ts';

/** The answer to a request that is refused before it can be routed. */
interface Refusal {
  readonly status: number;
  readonly reason: ErrorReasonName;
  readonly detail: string;
}

const CONTENT_TYPE = 'application/problem+json';

const NOT_HTTP: Refusal = { status: 400, reason: 'INVALID_ARGUMENT', detail: 'The request is not valid HTTP.' };

const UNMET_EXPECTATION: Refusal = {
  status: 417,
  reason: 'INVALID_ARGUMENT',
  detail: 'The header Expect can only be 100-continue.',
};

/** By the code of Node's parser error. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, reason: 'INVALID_ARGUMENT', detail: 'The headers are too large.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    reason: 'BODY_TOO_LARGE',
    detail: 'The chunk extensions are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'DEADLINE_EXCEEDED',
    detail: 'The request took too long to arrive.',
  },
};

/** Host and port, without user information, path or query (RFC 9112, 3.2). */
const AUTHORITY = /^[A-Za-z0-9._~!$&'()*+,;=%:[\]-]+$/;

/** The whole answer, as HTTP/1.1 text, to bytes that the parser refused with this error code. It closes the connection. */
export function malformedAnswer(code: string | undefined): string {
  const refusal = REFUSALS[code ?? ''] ?? NOT_HTTP;
  const body = bodyOf(refusal);
  const lines = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    `content-type: ${CONTENT_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The answer to a request that could be parsed but whose target is not valid. */
export function malformedResponse(): Response {
  return problemResponse(createProblem(NOT_HTTP));
}

/** Answers a request that could be parsed but whose host is not valid. */
export function refuseMalformed(response: OutgoingResponse): void {
  refuse(response, NOT_HTTP);
}

/** Answers a request with an expectation that this server does not know (RFC 9110, 10.1.1). */
export function refuseExpectation(response: OutgoingResponse): void {
  refuse(response, UNMET_EXPECTATION);
}

function refuse(response: OutgoingResponse, refusal: Refusal): void {
  response.statusCode = refusal.status;
  response.setHeader('content-type', CONTENT_TYPE);
  response.end(bodyOf(refusal));
}

function bodyOf(refusal: Refusal): string {
  return JSON.stringify(createProblem(refusal));
}

/** Whether a request names exactly one host, and a URL can contain it (RFC 9112, 3.2). */
export function hasGoodAuthority(request: IncomingRequest): boolean {
  if (namesSeveralHosts(request)) return false;
  const authority = 'authority' in request ? request.authority : request.headers.host;
  return AUTHORITY.test(authority ?? '') && URL.canParse(`http://${authority}`);
}

/** Looks at the raw headers, because `headers` has only the first of several Host headers. */
function namesSeveralHosts({ rawHeaders }: IncomingRequest): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') count += 1;
  return count > 1;
}
