import { createNumerClient } from '@numer/client';
import { Invoice_State } from '@numer/client/gen/numer/invoice/v1/invoice_pb';
import { NumerError } from '@numer/client/numer-error';
import { ProblemError } from '@numer/client/problem-error';
import { createRestClient } from '@numer/client/rest';
import { createMemoryStorage } from '@numer/client/token-storage';

/** A new user with one open invoice: created with Connect clients, then read and paid over REST, in one session. */
export async function walk(baseUrl: string): Promise<Record<string, unknown>> {
  const storage = createMemoryStorage();
  const numer = createNumerClient({ baseUrl, storage });
  const rest = createRestClient({ baseUrl, session: numer.session });
  const credentials = { email: `${crypto.randomUUID()}@example.com`, password: 'correct horse' };
  const { user } = await numer.users.createUser({ ...credentials, name: 'Dana' });
  const userId = await numer.session.signIn(credentials);

  const { customer } = await numer.customers.createCustomer({
    customer: { name: 'Ada Bakery', email: 'ada@bakery.example' },
  });
  const line = { description: 'Bread design', quantity: '2', unitPrice: '49.995' };
  const preview = await rest.call('POST /invoices/preview', { body: { currencyCode: 'EUR', lines: [line] } });
  const draft = await rest.call('POST /invoices', {
    body: { customerId: customer?.id ?? '', dueDate: '2099-12-31', lines: [line], memo: 'Thanks' },
  });
  const invoiceId = draft.id ?? '';
  const patched = await rest.send('PATCH /invoices/{invoiceId}', {
    path: { invoiceId },
    body: { memo: null },
    ...(draft.etag === undefined ? {} : { ifMatch: draft.etag }),
  });
  const { invoice } = await numer.invoices.sendInvoice({ invoiceId });
  const open = await rest.call('GET /invoices', { query: { state: 'OPEN', pageSize: 5 } });
  const none = await rest.call('GET /invoices', { query: { state: ['PAID', 'VOID'] } });
  const payment = await rest.call('POST /invoices/{invoiceId}/payments', {
    path: { invoiceId },
    body: { amountMinor: '5000' },
  });
  const facts = {
    isSameUser: user?.id === userId && (await numer.session.userId()) === userId,
    isOpen: invoice?.state === Invoice_State.OPEN,
    previewMinor: preview.totalMinor,
    totalMinor: invoice?.totalMinor === 9_999n ? '9999' : String(invoice?.totalMinor),
    patchedMemo: patched.body.memo,
    etagChanged: patched.headers.get('etag') !== draft.etag,
    openIds: open.invoices?.map(({ id }) => id === invoiceId),
    paidCount: none.invoices?.length,
    dueMinor: payment.invoiceDueMinor,
  };

  return { ...facts, ...(await failures(baseUrl, invoiceId, numer, rest)), ...(await sessions(numer, storage)) };
}

type NumerClient = ReturnType<typeof createNumerClient>;
type RestClient = ReturnType<typeof createRestClient>;

async function failures(baseUrl: string, invoiceId: string, numer: NumerClient, rest: RestClient) {
  const stranger = createNumerClient({ baseUrl, apiKey: 'numer_nonsense' });
  const invalid = await errorOf(numer.customers.createCustomer({ customer: { name: '' } }));
  const wrongState = await errorOf(numer.invoices.deleteInvoice({ invoiceId }));
  const problem = await errorOf(rest.call('POST /customers', { body: { name: '', email: 'nowhere' } }));
  return {
    violation: invalid instanceof NumerError ? invalid.violations[0]?.field : invalid,
    wrongState: wrongState instanceof NumerError ? [wrongState.reason, wrongState.facts.state] : wrongState,
    hasRequestId: wrongState instanceof NumerError && wrongState.requestId !== undefined,
    stranger: await reasonOf(stranger.stats.getStats({})),
    nobody: await reasonOf(createRestClient({ baseUrl }).call('GET /stats')),
    wrongPassword: await reasonOf(numer.session.signIn({ email: 'a@example.com', password: 'wrong password' })),
    pointers: problem instanceof ProblemError ? problem.problem.errors?.map(({ pointer }) => pointer) : problem,
  };
}

/** Calls continue with tokens that the server refuses, as if they had expired, until the session has really ended. */
async function sessions(numer: NumerClient, storage: ReturnType<typeof createMemoryStorage>) {
  const { apiKey, secret } = await numer.apiKeys.createApiKey({ apiKey: { name: 'CI' } });
  const tokens = await storage.read();
  if (tokens !== undefined) await storage.write({ ...tokens, accessToken: 'no-token-any-more' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => numer.stats.getStats({})));
  const refreshed = await storage.read();
  await numer.session.signOut();
  return {
    keyName: apiKey?.name,
    hasSecret: secret !== '',
    answersAfterRefresh: answers.length,
    isRefreshed: refreshed !== undefined && refreshed.refreshToken !== tokens?.refreshToken,
    afterSignOut: await reasonOf(numer.stats.getStats({})),
  };
}

function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function reasonOf(call: Promise<unknown>): Promise<string | undefined> {
  const error = await errorOf(call);
  if (error instanceof NumerError || error instanceof ProblemError) return error.reason;
  return String(error);
}
