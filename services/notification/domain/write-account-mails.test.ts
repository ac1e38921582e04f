import { expect, test } from 'vitest';
import { type AccountMailFacts, writeNotice, writeResetMail } from './write-account-mails.ts';

const english: AccountMailFacts = { system: 'Acme & Co', email: 'ada@example.com', locale: 'en', timeZone: '' };
const german: AccountMailFacts = { ...english, locale: 'de-AT', timeZone: 'Europe/Vienna' };
const time = new Date('2026-03-01T23:05:00Z');

test('a reset is mailed with the page where it is done, as a link', () => {
  const url = 'https://app.example.com/reset?a=1&token=abc';
  const mail = writeResetMail(english, { way: { url }, expireTime: time });
  expect(mail.subject).toBe('Set a new password for Acme & Co');
  expect(mail.text).toBe(
    [
      'Hello,',
      'Someone, probably you, has asked to set a new password for the account ada@example.com at Acme & Co.',
      'To do so, open this page:',
      url,
      'It works once, until 1 March 2026, 23:05 (UTC): an hour after the request. It stops working when another one is requested.',
      'If that was not you, you do not need to do anything: your password stays the same. Do not give this to anyone.',
      'Kind regards\nAcme & Co\n',
    ].join('\n\n'),
  );
  const escaped = 'https://app.example.com/reset?a=1&amp;token=abc';
  expect(mail.html).toContain(`<a href="${escaped}">${escaped}</a>`);
});

test('a reset is mailed with the token where there is no page', () => {
  const mail = writeResetMail(german, { way: { token: 'abc-_1' }, expireTime: time });
  expect(mail.subject).toBe('Neues Passwort für Acme & Co');
  expect(mail.text).toContain('diesen Code dort ein, wo Sie ihn angefordert haben:\n\nabc-_1\n\n');
  expect(mail.text).toContain('bis 2. März 2026, 00:05 Uhr (Europe/Vienna)');
  expect(mail.html).toContain('<p>abc-_1</p>');
  expect(mail.html).not.toContain('<a ');
});

test.each([
  ['PASSWORD_CHANGED', english, 'Your password for Acme & Co was changed', 'was changed on 1 March 2026, 23:05 (UTC).'],
  [
    'PASSWORD_CHANGED',
    german,
    'Ihr Passwort für Acme & Co wurde geändert',
    'am 2. März 2026, 00:05 Uhr (Europe/Vienna)',
  ],
  [
    'EMAIL_CHANGED',
    english,
    'Your email address for Acme & Co was changed',
    'another one on 1 March 2026, 23:05 (UTC).',
  ],
  ['EMAIL_CHANGED', german, 'Ihre E-Mail-Adresse für Acme & Co wurde geändert', 'am 2. März 2026, 00:05 Uhr'],
] as const)('%s is told with the time, and without a link (%#)', (kind, facts, subject, text) => {
  const mail = writeNotice(kind, facts, time);
  expect(mail.subject).toBe(subject);
  expect(mail.text).toContain(text);
  expect(mail.text).toContain('ada@example.com');
  expect(`${mail.text}${mail.html}`).not.toMatch(/https?:|<a /);
});
