import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SmtpSink, startSmtpSink } from '../../runtime/testing/smtp-sink.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { type Api, addCustomer, addDraft, type Json, signUp, templateOf } from './testing/api.ts';
import { useNumer } from './testing/use-numer.ts';

let sink: SmtpSink;
beforeAll(async () => {
  sink = await startSmtpSink();
});
afterAll(() => sink.close());
const numer = useNumer(() => ({ environment: { SMTP_URL: sink.url } }));

/** What the mail server received of a mail with this subject, by address, once so many have arrived. */
function mailsWith(subject: RegExp, count: number) {
  return waitUntil(() => {
    const found = sink.mails().filter(({ mail }) => subject.test(mail.subject ?? ''));
    return found.length >= count && new Map(found.map((caught) => [caught.to.join(), caught]));
  });
}

const [PAYABLE, MANAGER, BOARD, BOOKS] = ['ap@a.example', 'pm@a.example', 'board@a.example', 'sent@me.example'];

test('every mail goes to whoever the customer and the account have it copied to', async () => {
  const owner: Api = await signUp(() => numer().url);
  await owner.patch('/mail-settings', { bccEmail: BOOKS });
  const customerId = await addCustomer(owner, { email: PAYABLE, ccEmails: [BOARD] });
  const { id } = await addDraft(owner, customerId);
  const { number } = await owner.post(`/invoices/${id}/finalize`, {});
  await owner.patch(`/customers/${customerId}`, { ccEmails: [MANAGER] });
  const sent = await owner.post(`/invoices/${id}/send`, {});
  expect(sent.customer).toMatchObject({ email: PAYABLE, ccEmails: [MANAGER] });

  const mails = await mailsWith(new RegExp(`^Invoice ${number} from`), 3);
  expect([...mails.keys()].toSorted()).toEqual([PAYABLE, MANAGER, BOOKS].toSorted());
  for (const { mail, raw } of mails.values()) {
    expect(mail).toMatchObject({ to: [{ address: PAYABLE }], cc: [{ address: MANAGER }] });
    expect(raw.toString()).not.toContain(BOOKS);
  }
  const states = (copies: readonly Json[]) => copies.map(({ recipient, role, state }) => ({ recipient, role, state }));
  const shown = await waitUntil(async () => {
    const notifications = await owner.list(`/notifications?invoiceId=${id}`, 'notifications');
    return notifications.every(({ state }) => state === 'SENT') && notifications.find(({ role }) => role === 'TO');
  });
  expect(states(shown.copies)).toEqual([
    { recipient: MANAGER, role: 'CC', state: 'SENT' },
    { recipient: BOOKS, role: 'BCC', state: 'SENT' },
  ]);

  await owner.post(`/invoices/${id}/void`, {});
  const taken = await mailsWith(new RegExp(`^Invoice ${number} was cancelled`), 3);
  expect([...taken.keys()].toSorted()).toEqual([PAYABLE, MANAGER, BOOKS].toSorted());

  const quote = await owner.post('/quotes', { invoice: templateOf(customerId) });
  const { number: quoteNumber } = await owner.post(`/quotes/${quote.id}/send`, {});
  expect([...(await mailsWith(new RegExp(`^Quote ${quoteNumber}`), 3)).keys()]).toContain(MANAGER);
});
