import { Code, ConnectError } from '@connectrpc/connect';
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import {
  AnswerLinkedQuoteRequest_Answer as Answer,
  GetLinkedFileRequest_Format as Format,
} from '../../gen/numer/notification/v1/document_link_service_pb.ts';
import type { Logger } from '../../runtime/process/log.ts';
import type { Edge } from '../edge/edge.ts';
import { contextOf, type Exchange, exchangeOf } from '../edge/exchange.ts';
import { attachmentNamed } from '../rest/attachment.ts';
import { readNodeBody } from '../rest/node-body.ts';
import { ProblemError } from '../rest/problem.ts';
import type { Asking, LinkedDocuments } from './linked-documents.ts';

/** What the pages need. */
export interface DocumentPagesOptions {
  readonly edge: Edge;
  readonly linkedDocuments: LinkedDocuments;
  readonly log: Logger;
}

type Env = { Bindings: HttpBindings };

/** How many bytes of a form are read at most. The longest answer takes about 14. */
const FORM_BYTES_MAX = 1_024;

/** Whoever has the address may see the document, so it is kept from caches, search engines and other sites. */
const HEADERS = {
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
} as const;

const FILES: ReadonlyMap<string, Format> = new Map([
  ['pdf', Format.PDF],
  ['factur-x', Format.FACTUR_X],
  ['ubl', Format.UBL],
  ['cii', Format.CII],
]);

const ANSWERS: ReadonlyMap<string, Answer> = new Map([
  ['accept', Answer.ACCEPT],
  ['decline', Answer.DECLINE],
]);

/**
 * The pages on which customers see documents without an account: `/d/{token}` shows one and takes the answer to a quote,
 * `/d/{token}/{file}` gives it as a file. An address that leads nowhere gets the same answer whatever the reason.
 */
export function addDocumentPages(app: Hono<Env>, { edge, linkedDocuments, log }: DocumentPagesOptions): void {
  /** Answers a request that the edge lets in, or says why it does not. No part of the address gets into the log. */
  const serve =
    (route: string, answer: (context: Context<Env>, token: string, asking: Asking) => Promise<Response>) =>
    async (context: Context<Env>): Promise<Response> => {
      const exchange = exchangeOf(contextOf(context.env.incoming));
      exchange.route = route;
      for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
      try {
        await edge.enterPage(exchange);
        return await answer(context, context.req.param('token') ?? '', { exchange, signal: context.req.raw.signal });
      } catch (error) {
        return failed(context, error, { log, exchange, route });
      }
    };

  app
    .get(
      '/d/:token',
      serve('/d/{token}', async (context, token, asking) => {
        const { page, contentSecurityPolicy } = await linkedDocuments.page(token, asking);
        context.header('content-security-policy', contentSecurityPolicy);
        context.header('content-type', page?.contentType ?? '');
        return context.body(new Uint8Array(page?.data ?? []));
      }),
    )
    .post(
      '/d/:token',
      serve('/d/{token}', async (context, token, asking) => {
        const answer = isFromElsewhere(context) ? undefined : await readAnswer(context);
        if (answer === undefined) return context.html(notePage(TEXTS.unclear), 400, NOTE_POLICY);
        await linkedDocuments.answer(token, answer, asking);
        return context.body(null, 303, { location: token });
      }),
    )
    .get(
      '/d/:token/:file',
      serve('/d/{token}/{file}', async (context, token, asking) => {
        const format = FILES.get(context.req.param('file') ?? '');
        if (format === undefined) return leadsNowhere(context);
        const { file, fileName } = await linkedDocuments.file(token, format, asking);
        context.header('content-type', file?.contentType ?? '');
        context.header('content-disposition', attachmentNamed(fileName));
        return context.body(new Uint8Array(file?.data ?? []));
      }),
    )
    .all(
      '/d/*',
      serve('/d/{token}', async (context) => leadsNowhere(context)),
    );
}

/** Whether a browser says that the form was sent by another site. It does not say the origin, since the page forbids that. */
function isFromElsewhere({ req }: Context<Env>): boolean {
  const site = req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** The answer in a form; undefined when the form has no known answer. */
async function readAnswer({ req, env }: Context<Env>): Promise<Answer | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.header('content-type') ?? '')) return undefined;
  const body = await readNodeBody(env.incoming, FORM_BYTES_MAX);
  return ANSWERS.get(new URLSearchParams(new TextDecoder().decode(body)).get('answer') ?? '');
}

/** Texts in both languages: which one the customer reads is known only with the document. */
const TEXTS = {
  nowhere: ['There is no document here, or it is no longer available.', 'Hier ist kein Dokument, oder keines mehr.'],
  unclear: ['Your answer was not understood.', 'Ihre Antwort wurde nicht verstanden.'],
  tooMany: [
    'Too many requests. Try again in a minute.',
    'Zu viele Anfragen. Versuchen Sie es in einer Minute noch einmal.',
  ],
  unavailable: [
    'This does not work at the moment. Try again later.',
    'Das geht gerade nicht. Versuchen Sie es später noch einmal.',
  ],
} as const;

const NOTE_POLICY = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

function notePage([english, german]: readonly [string, string]) {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${english}</title></head>
<body><p>${english}</p><p lang="de">${german}</p></body>
</html>
`;
}

function leadsNowhere(context: Context<Env>): Response | Promise<Response> {
  return context.html(notePage(TEXTS.nowhere), 404, NOTE_POLICY);
}

/** Codes for a document that cannot be shown: it does not exist, it has no such file, or what was sent is not a token. */
const NOWHERE: ReadonlySet<Code> = new Set([Code.NotFound, Code.FailedPrecondition, Code.InvalidArgument]);

const UNAVAILABLE: ReadonlySet<Code> = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.Aborted]);

function failed(
  context: Context<Env>,
  cause: unknown,
  { log, exchange, route }: { readonly log: Logger; readonly exchange: Exchange; readonly route: string },
): Response | Promise<Response> {
  if (cause instanceof ProblemError) return context.html(notePage(TEXTS.unclear), 400, NOTE_POLICY);
  const error = ConnectError.from(cause);
  if (NOWHERE.has(error.code)) return leadsNowhere(context);
  const { requestId } = exchange;
  const retryAfter = error.metadata.get('retry-after');
  if (retryAfter !== null) context.header('retry-after', retryAfter);
  if (error.code === Code.ResourceExhausted) return context.html(notePage(TEXTS.tooMany), 429, NOTE_POLICY);
  if (error.code !== Code.Canceled) log.error({ path: route, requestId, err: cause }, 'request failed');
  const status = UNAVAILABLE.has(error.code) ? 503 : 500;
  return context.html(notePage(TEXTS.unavailable), status, NOTE_POLICY);
}
