import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts';

let sink: SmtpSink;
beforeEach(async () => {
  sink = await startSmtpSink();
});
afterEach(() => sink.close());

function send(subject: string): Promise<unknown> {
  return createTransport(sink.url).sendMail({
    from: 'Numer <billing@numer.example>',
    to: 'jürgen@kunde.example, hidden@kunde.example',
    subject,
    text: 'Grüße',
    html: '<p>Grüße</p>',
  });
}

test('keeps mails with their envelope and decoded parts', async () => {
  await send('Rechnung für März');
  const [caught] = sink.mails();
  expect(caught).toMatchObject({ from: 'billing@numer.example', to: [expect.any(String), 'hidden@kunde.example'] });
  expect(caught?.mail).toMatchObject({ subject: 'Rechnung für März', html: '<p>Grüße</p>\n', text: 'Grüße\n' });
});

test('waits for a mail that is still to come, and finds one that came', async () => {
  const waiting = sink.waitFor(({ mail }) => mail.subject === 'second');
  await send('first');
  await send('second');
  expect((await waiting).mail.subject).toBe('second');
  expect((await sink.waitFor(({ mail }) => mail.subject === 'first')).mail.subject).toBe('first');
});

test('keeps a mail of which it does not tell the sender', async () => {
  sink.hangUpAfterNext(1);
  await expect(send('first')).rejects.toThrow();
  await send('second');
  expect(sink.mails().map(({ mail }) => mail.subject)).toEqual(['first', 'second']);
});

test('tells what came instead of the mail that was awaited', async () => {
  await send('first');
  await expect(sink.waitFor(({ mail }) => mail.subject === 'other', 10)).rejects.toThrow('those that came: first.');
});

test('refuses as many mails as it was told to, with that code', async () => {
  sink.failNext(2, 451);
  await expect(send('a')).rejects.toMatchObject({ responseCode: 451 });
  await expect(send('a')).rejects.toMatchObject({ responseCode: 451 });
  await send('a');
  expect(sink.mails()).toHaveLength(1);
});
