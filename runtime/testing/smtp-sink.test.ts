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

test('keeps a mail of which it does not tell the sender', async () => {
  sink.hangUpAfterNext(1);
  await expect(send('first')).rejects.toThrow();
  await send('second');
  expect(sink.mails().map(({ mail }) => mail.subject)).toEqual(['first', 'second']);
});

test('refuses as many mails as it was told to, with that code', async () => {
  sink.failNext(2, 451);
  await expect(send('a')).rejects.toMatchObject({ responseCode: 451 });
  await expect(send('a')).rejects.toMatchObject({ responseCode: 451 });
  await send('a');
  expect(sink.mails()).toHaveLength(1);
});
