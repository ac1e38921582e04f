import { expect, test } from 'vitest';
import { describeFailure, translateFailure } from './failure-reasons.ts';

test('a reason of our own is known again by its words, with its detail', () => {
  const unanswered = describeFailure('unanswered', 'ESOCKET 0');
  expect(unanswered).toBe('The connection broke before the mail server answered (ESOCKET 0).');
  expect(translateFailure(unanswered, 'en')).toBe(unanswered);
  expect(translateFailure(unanswered, 'de')).toBe(
    'Die Verbindung brach ab, bevor der Mailserver geantwortet hat (ESOCKET 0).',
  );
  expect(translateFailure(describeFailure('noAddress'), 'de')).toBe('Der Kunde hat keine E-Mail-Adresse.');
});

test('what a mail server said is left to be quoted', () => {
  for (const text of ['550 5.1.1 No such user', 'The mailbox is full (552).', '']) {
    expect(translateFailure(text, 'de')).toBeUndefined();
  }
});
