import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { codeOf, storable } from '../../../runtime/events/failure-reason.ts';
import { createPublicLookup, NotPublicError } from './public-lookup.ts';
import { isPublicHost, type Targets } from './webhook-url.ts';

/** Longest wait for an answer, from the lookup of the host to the end of the body. */
const ATTEMPT_TIMEOUT_MS = 10_000;

/**
 * How long one of several addresses is tried before the next. Node's default of 250 ms is too short to reach the other side of the
 * world, or when a packet is lost, and the next address may be of a family that this network does not have.
 */
const CONNECTING = { autoSelectFamilyAttemptTimeout: 2_000 };

/** How much of an answer's body is read and kept. */
const RESPONSE_BYTES_MAX = 1_024;

/** What to post, and where to. */
export interface WebhookMessage {
  /** As `findUrlFault` lets it pass. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** The result of posting a message. */
export interface WebhookAnswer {
  /** HTTP status; 0 when nothing was answered. */
  readonly statusCode: number;
  /** What was wrong, for the owner of the endpoint; empty when the answer has a status from 200 to 299. */
  readonly error: string;
  /** The first 1,024 bytes of the body, as text. */
  readonly response: string;
  readonly retryAfter: string | undefined;
}

/** How messages are sent. */
export interface SendOptions {
  readonly targets: Targets;
  /** Looks up the addresses of a host when only public ones may be connected to. Default: that of `createPublicLookup`. */
  readonly lookup?: ReturnType<typeof createPublicLookup>;
  /** Default 10 s. */
  readonly timeoutMs?: number;
}

const publicLookup = createPublicLookup();

/**
 * Posts a message. Never rejects: whatever goes wrong is in `error`. Gives undefined when `cut` is aborted before there is an
 * answer, which says nothing about the receiver.
 */
export async function sendWebhook(
  message: WebhookMessage,
  { targets, lookup = publicLookup, timeoutMs = ATTEMPT_TIMEOUT_MS }: SendOptions,
  cut: AbortSignal,
): Promise<WebhookAnswer | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const url = new URL(message.url);
    if (targets === 'public' && url.protocol !== 'https:') return failed('Webhooks may only go to https URLs here.');
    // An address in the URL itself is not looked up.
    if (targets === 'public' && !isPublicHost(url)) throw new NotPublicError();
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers: {
        ...message.headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(message.body),
        'user-agent': 'Numer',
      },
      // A connection of its own, whose address was just looked up.
      agent: false,
      ...CONNECTING,
      signal: AbortSignal.any([timeout, cut]),
      ...(targets === 'public' ? { lookup } : {}),
    });
    const answered = answerOf(request);
    request.end(message.body);
    return await readAnswer(await answered);
  } catch (error) {
    if (cut.aborted && !timeout.aborted) return undefined;
    return failed(describe(error, timeout, timeoutMs));
  }
}

function failed(error: string): WebhookAnswer {
  return { statusCode: 0, error, response: '', retryAfter: undefined };
}

/** The head of the answer. Rejects when none comes. */
function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve);
  request.on('error', reject); // also for what goes wrong after the head
  request.on('close', () => reject(new Error('closed')));
  return promise;
}

async function readAnswer(answer: IncomingMessage): Promise<WebhookAnswer> {
  const statusCode = answer.statusCode ?? 0;
  const response = await readStart(answer);
  return { statusCode, error: describeStatus(statusCode), response, retryAfter: answer.headers['retry-after'] };
}

/** Reads the first bytes of the body as text, as far as they arrive: only the status matters. Ends the connection. */
async function readStart(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= RESPONSE_BYTES_MAX) break;
    }
  } catch {
    // The rest did not come.
  }
  // Decoded as a stream, since the last character may be cut in two.
  const start = Buffer.concat(chunks).subarray(0, RESPONSE_BYTES_MAX);
  return storable(new TextDecoder().decode(start, { stream: true }));
}

function describeStatus(statusCode: number): string {
  if (statusCode >= 200 && statusCode <= 299) return '';
  const hint = statusCode >= 300 && statusCode <= 399 ? '; redirects are not followed' : '';
  return `It was answered with status ${statusCode}${hint}.`;
}

/** What went wrong, without anything that the owner of the endpoint does not know. */
function describe(error: unknown, timeout: AbortSignal, timeoutMs: number): string {
  if (error instanceof NotPublicError) return 'The host has no public address, so no connection was made.';
  if (timeout.aborted) return `There was no answer within ${timeoutMs / 1_000} seconds.`;
  return `The connection failed (${codeOf(error)}).`;
}
