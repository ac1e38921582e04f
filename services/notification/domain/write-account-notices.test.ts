import { expect, test } from 'vitest';
import { describeFailure } from './failure-reasons.ts';
import type { AccountMailFacts } from './write-account-mails.ts';
import { type UndeliveredFacts, writeAnswerNotice, writeUndeliveredNotice } from './write-account-notices.ts';

const english: AccountMailFacts = { system: 'Acme & Co', email: 'ada@example.com', locale: 'en', timeZone: '' };
const german: AccountMailFacts = { ...english, locale: 'de-AT', timeZone: 'Europe/Vienna' };
const time = new Date('2026-03-01T23:05:00Z');
const about = { number: '2026-0042', customerName: 'Grace Hopper', time, resumeTime: null };
const undelivered: UndeliveredFacts = {
  ...about,
  kind: 'MAIL_BOUNCED',
  mailKind: 'INVOICE_SENT',
  isCopy: false,
  recipient: 'grace@hopper.example',
  statusCode: '5.1.1',
  reason: 'No such user',
  mayHaveLeft: false,
};

test('an answer is told with what it is to and what can be done about it', () => {
  const mail = writeAnswerNotice(english, { ...about, kind: 'QUOTE_ACCEPTED' });
  expect(mail.subject).toBe('Quote 2026-0042 was accepted by Grace Hopper');
  expect(mail.text).toBe(
    [
      'Hello,',
      'Grace Hopper accepted your quote 2026-0042 on 1 March 2026, 23:05 (UTC).',
      'You can now turn it into an invoice.',
      'Kind regards\nAcme & Co',
      '-- \nYou get this mail because a customer answered a quote or a mail to a customer may not have arrived. You can switch such mails off in your mail settings.\n',
    ].join('\n\n'),
  );
  const declined = writeAnswerNotice(german, { ...about, kind: 'QUOTE_DECLINED' });
  expect(declined.subject).toBe('Angebot 2026-0042 wurde von Grace Hopper abgelehnt');
  expect(declined.text).toContain('am 2. März 2026, 00:05 Uhr (Europe/Vienna) abgelehnt.');
});

test('a mail that came back is told with where it went, when and why', () => {
  const mail = writeUndeliveredNotice(english, undelivered);
  expect(mail.subject).toBe('Mail not delivered: invoice 2026-0042 to Grace Hopper');
  expect(mail.text).toContain(
    [
      'A mail to Grace Hopper was sent, but came back as undeliverable.',
      '',
      'Mail: invoice 2026-0042',
      'Customer: Grace Hopper',
      'Email address: grace@hopper.example',
      'Time: 1 March 2026, 23:05 (UTC)',
      'Reason: The mail server said: “5.1.1 No such user”',
      '',
      "Check the customer's email address, correct it if necessary, and send the document again.",
    ].join('\n'),
  );
  const inGerman = writeUndeliveredNotice(german, { ...undelivered, kind: 'MAIL_FAILED', mailKind: 'REMINDER' });
  expect(inGerman.subject).toBe('Nicht zugestellt: Erinnerung an die Rechnung 2026-0042 an Grace Hopper');
  expect(inGerman.text).toContain('konnte nicht zugestellt werden');
  expect(inGerman.text).toContain('Grund: Der Mailserver meldete: „5.1.1 No such user“');
  expect(inGerman.text).toContain('verständigen Sie den Kunden auf anderem Weg');
});

test('a copy is told of as one, and so is that no reason was given', () => {
  const mail = writeUndeliveredNotice(english, { ...undelivered, isCopy: true, statusCode: '', reason: '' });
  expect(mail.subject).toBe('Mail not delivered: copy of invoice 2026-0042 to Grace Hopper');
  expect(mail.text).toContain('Reason: The mail server gave no reason.');
  expect(mail.text).toContain('Check the addresses that get copies');
});

test('a reason of our own is in the language of the mail, and one that a report only claims to be ours is quoted', () => {
  const failed = { ...undelivered, kind: 'MAIL_FAILED', statusCode: '' } as const;
  const reason = describeFailure('unusableAddress');
  expect(writeUndeliveredNotice(english, { ...failed, reason }).text).toContain(`Reason: ${reason}\n`);
  expect(writeUndeliveredNotice(german, { ...failed, reason }).text).toContain(
    'Grund: Die E-Mail-Adresse des Kunden ist nicht verwendbar.\n',
  );
  const bounced = { ...failed, kind: 'MAIL_BOUNCED', reason } as const;
  expect(writeUndeliveredNotice(german, bounced).text).toContain(`Grund: Der Mailserver meldete: „${reason}“`);
});

test('a mail that may have been delivered is not called undelivered', () => {
  const reason = describeFailure('unanswered', 'ESOCKET');
  const unknown = {
    ...undelivered,
    kind: 'MAIL_FAILED',
    mailKind: 'REMINDER',
    statusCode: '',
    reason,
    mayHaveLeft: true,
  } as const;
  const mail = writeUndeliveredNotice(english, unknown);
  expect(mail.subject).toBe('Mail may not have arrived: reminder of invoice 2026-0042 to Grace Hopper');
  expect(mail.text).toContain('It is not known whether a mail to Grace Hopper was delivered');
  expect(mail.text).toContain('Ask the customer whether it arrived.');
  expect(mail.text).not.toMatch(/could not be delivered|not delivered/);
  const inGerman = writeUndeliveredNotice(german, { ...unknown, isCopy: true });
  expect(inGerman.subject).toBe('Zustellung ungewiss: Erinnerung an die Rechnung 2026-0042 (Kopie) an Grace Hopper');
  expect(inGerman.text).toContain('Grund: Die Verbindung brach ab, bevor der Mailserver geantwortet hat (ESOCKET).');
  expect(inGerman.text).toContain('ob die Kopie unter der Adresse angekommen ist');
  // It was delivered at first, which is how it could bounce.
  expect(writeUndeliveredNotice(english, { ...unknown, kind: 'MAIL_BOUNCED' }).subject).toMatch(/^Mail not delivered/);
});

test('the last one for now tells when there are more', () => {
  const resumeTime = new Date('2026-03-02T08:00:00Z');
  const mail = writeAnswerNotice(german, { ...about, kind: 'QUOTE_ACCEPTED', resumeTime });
  expect(mail.text).toContain('Dies ist bis 2. März 2026, 09:00 Uhr (Europe/Vienna) die letzte E-Mail dieser Art');
  expect(mail.text).toContain('höchstens 50');
});

test('neither a customer nor a mail server can write the mail', () => {
  const customerName = `Your account\r\n\r\n<b>is locked</b> ${'x'.repeat(300)}`;
  const mail = writeUndeliveredNotice(english, { ...undelivered, customerName, reason: `1\n2 ${'y'.repeat(5_000)}` });
  expect(mail.subject).not.toMatch(/[\r\n]/);
  expect(mail.text).toContain(`Customer: Your account <b>is locked</b> ${'x'.repeat(69)}…\n`);
  expect(mail.html).not.toContain('<b>');
  expect(mail.text).not.toContain('y'.repeat(500));
});
