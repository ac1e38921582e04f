import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SmtpSink, startSmtpSink } from '../../runtime/testing/smtp-sink.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { type Api, addCustomer, addOpenInvoice, signUp, templateOf } from './testing/api.ts';
import { useNumer } from './testing/use-numer.ts';

const NOBODY = 'nobody@bakery.example';
const PUBLIC_URL = 'https://billing.example';

let sink: SmtpSink;
beforeAll(async () => {
  sink = await startSmtpSink();
  sink.refuse(NOBODY, 550);
});
afterAll(() => sink.close());
const numer = useNumer(() => ({ environment: { SMTP_URL: sink.url, PUBLIC_URL } }));

let owner: Api;
let email: string;
beforeAll(async () => {
  owner = await signUp(() => numer().url, { locale: 'de', timeZone: 'Europe/Berlin' });
  email = (await owner.get(`/users/${owner.userId}`)).email;
});

/** Sends a quote and answers it on its page, as its customer does. Gives its number. */
async function answerQuote(answer: 'accept' | 'decline'): Promise<string> {
  const customerId = await addCustomer(owner);
  const quote = await owner.post('/quotes', { invoice: templateOf(customerId) });
  const { number } = await owner.post(`/quotes/${quote.id}/send`, {});
  const { url } = await owner.get(`/document-links/${quote.id}`);
  const body = new URLSearchParams({ answer });
  const page = url.replace(PUBLIC_URL, numer().url);
  expect((await fetch(page, { method: 'POST', body, redirect: 'manual' })).status).toBe(303);
  return number;
}

/** The subjects of what the holder of the account has got, once there are so many. */
function subjects(count: number): Promise<string[]> {
  return waitUntil(() => {
    const found = sink.mails().filter(({ to }) => to.join() === email);
    return found.length >= count && found.map(({ mail }) => mail.subject ?? '').toSorted();
  });
}

/** Waits until a quote was mailed to its customer. */
const mailed = (number: string) =>
  waitUntil(() => sink.mails().some(({ mail }) => mail.subject?.startsWith(`Angebot ${number} von`)));

test('who has an account is mailed what a customer answers, and what does not reach one, unless that is switched off', async () => {
  const accepted = await answerQuote('accept');
  expect(await subjects(1)).toEqual([`Angebot ${accepted} wurde von Ada Bakery angenommen`]);
  const invoice = await addOpenInvoice(owner, await addCustomer(owner, { email: NOBODY }));
  const first = [
    `Angebot ${accepted} wurde von Ada Bakery angenommen`,
    `Nicht zugestellt: Rechnung ${invoice.number} an Ada Bakery`,
  ];
  expect(await subjects(2)).toEqual(first);

  expect(await owner.patch('/mail-settings', { accountNotices: false })).toMatchObject({ accountNotices: false });
  await answerQuote('decline');
  const quote = await owner.post('/quotes', { invoice: templateOf(await addCustomer(owner)) });
  const { number } = await owner.post(`/quotes/${quote.id}/send`, {});
  await mailed(number); // so the answer before it was taken note of as well
  expect(await owner.patch('/mail-settings', { accountNotices: null })).toMatchObject({ accountNotices: true });
  await owner.post(`/quotes/${quote.id}/accept`, {}); // whoever records it knows of it
  const declined = await answerQuote('decline');
  expect(await subjects(3)).toEqual([`Angebot ${declined} wurde von Ada Bakery abgelehnt`, ...first].toSorted());
});
