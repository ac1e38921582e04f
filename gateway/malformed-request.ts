import { STATUS_CODES } from 'node:http';
import type { ErrorReasonName } from '../runtime/errors.ts';
import type { IncomingRequest, OutgoingResponse } from './http-message.ts';
import { createProblem } from './rest/problem.ts';

/** What is answered to a request that is not HTTP, before there is anything that could route it. */
interface Refusal {
  readonly status: number;
  readonly reason: ErrorReasonName;
  readonly detail: string;
}

const NOT_HTTP: Refusal = { status: 400, reason: 'INVALID_ARGUMENT', detail: 'The request is not valid HTTP.' };

const UNMET_EXPECTATION: Refusal = {
  status: 417,
  reason: 'INVALID_ARGUMENT',
  detail: 'The header Expect can ask for nothing but 100-continue.',
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

/** The whole answer, as HTTP/1.1 text, to bytes that the parser refused with the error code. The connection ends with it. */
export function malformedAnswer(code: string | undefined): string {
  const { body, ...refusal } = malformedProblem(REFUSALS[code ?? '']);
  const headers = Object.entries({
    ...refusal.headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${lines}\r\n${body}`;
}

/** The answer to a request that could be parsed but not understood: a host or a target that is none. */
export function malformedProblem(refusal: Refusal = NOT_HTTP) {
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify(createProblem({ ...refusal })),
  };
}

/** Answers a request that expects what this server does not know (RFC 9110, 10.1.1). */
export function refuseExpectation(response: OutgoingResponse): void {
  const { status, headers, body } = malformedProblem(UNMET_EXPECTATION);
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

/** Whether a request names one host, which a URL can have (RFC 9112, 3.2). */
export function hasGoodAuthority(request: IncomingRequest): boolean {
  if (namesSeveralHosts(request)) return false;
  const authority = 'authority' in request ? request.authority : request.headers.host;
  return AUTHORITY.test(authority ?? '') && URL.canParse(`http://${authority}`);
}

/** Of several Host headers, `headers` has only the first. */
function namesSeveralHosts({ rawHeaders }: IncomingRequest): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') count += 1;
  return count > 1;
}
