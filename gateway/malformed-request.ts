import { STATUS_CODES } from 'node:http';
import type { ErrorReasonName } from '../runtime/errors.ts';
import type { IncomingRequest } from './http-message.ts';
import { createProblem } from './rest/problem.ts';

/** What is answered to a request that is not HTTP, before there is anything that could route it. */
interface Refusal {
  readonly status: number;
  readonly reason: ErrorReasonName;
  readonly detail: string;
}

const NOT_HTTP: Refusal = { status: 400, reason: 'INVALID_ARGUMENT', detail: 'The request is not valid HTTP.' };

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

/** Whether a request names a host that a URL can have. */
export function hasGoodAuthority(request: IncomingRequest): boolean {
  const authority = 'authority' in request ? request.authority : request.headers.host;
  return AUTHORITY.test(authority ?? '') && URL.canParse(`http://${authority}`);
}
