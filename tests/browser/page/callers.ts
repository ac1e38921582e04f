/** Runs in the browser: calls the API as a typed front end does, and reports the results. */
import { Code, ConnectError, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { createNumerClient } from '../../../client/src/numer-client.ts';
import { BadRequestSchema, ErrorInfoSchema } from '../../../gen/google/rpc/error_details_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';

/** The URL of the API, and the caller. */
export interface Target {
  readonly baseUrl: string;
  readonly email: string;
  readonly password: string;
}

/** An error, with what all protocols have in common. */
export interface Refusal {
  readonly code: string;
  readonly reason: string | undefined;
  readonly fields: readonly string[];
}

/** What a page received over an RPC protocol. */
export interface RpcOutcome {
  readonly number: string | undefined;
  readonly totalMinor: string;
  readonly requestId: string | null;
  readonly missing: Refusal;
  readonly invalid: Refusal;
}

/** What a page can read of a response over REST. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const transports = {
  connect: (baseUrl: string, interceptors: Interceptor[]) => createConnectTransport({ baseUrl, interceptors }),
  'connect-get': (baseUrl: string, interceptors: Interceptor[]) =>
    createConnectTransport({ baseUrl, interceptors, useHttpGet: true }),
  'grpc-web': (baseUrl: string, interceptors: Interceptor[]) => createGrpcWebTransport({ baseUrl, interceptors }),
} as const satisfies Record<string, (baseUrl: string, interceptors: Interceptor[]) => Transport>;

/** The protocols that a page can use. */
export type Protocol = keyof typeof transports;

/** Signs in, reads an invoice, and asks for two things that are refused. */
async function callRpc(protocol: Protocol, target: Target, invoiceId: string): Promise<RpcOutcome> {
  const open = transports[protocol];
  const { accessToken } = await createClient(SessionService, open(target.baseUrl, [])).createSession(target);
  const authorize: Interceptor = (next) => (request) => {
    request.header.set('authorization', `Bearer ${accessToken}`);
    return next(request);
  };
  const client = createClient(InvoiceService, open(target.baseUrl, [authorize]));
  let requestId: string | null = null;
  const { invoice } = await client.getInvoice(
    { invoiceId },
    {
      onHeader(header) {
        requestId = header.get('x-request-id');
      },
    },
  );
  return {
    number: invoice?.number,
    totalMinor: String(invoice?.totalMinor),
    requestId,
    missing: await refusalOf(client.getInvoice({ invoiceId: crypto.randomUUID() })),
    invalid: await refusalOf(client.recordPayment({ invoiceId, amountMinor: -1n })),
  };
}

async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => new ConnectError('the call succeeded'),
    (cause: unknown) => ConnectError.from(cause),
  );
  return {
    code: Code[error.code],
    reason: error.findDetails(ErrorInfoSchema)[0]?.reason,
    fields: error.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations.map(({ field }) => field)),
  };
}

/** Makes one request, and reads every header that the browser lets a page read. */
async function callRest(url: string, init: RequestInit): Promise<RestAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** Signs in with the published client, and reads the numbers of the open invoices. */
async function callClient(target: Target): Promise<string[]> {
  const numer = createNumerClient({ baseUrl: target.baseUrl });
  await numer.session.signIn(target);
  const { invoices } = await numer.invoices.listInvoices({});
  await numer.session.signOut();
  return invoices.map(({ number }) => number);
}

/** What the tests can ask the page to do. */
export type Callers = {
  readonly callRpc: typeof callRpc;
  readonly callRest: typeof callRest;
  readonly callClient: typeof callClient;
};

Object.assign(globalThis, { callers: { callRpc, callRest, callClient } satisfies Callers });
