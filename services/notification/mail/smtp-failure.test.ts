import { expect, test } from 'vitest';
import { outcomeOfFailure, type Progress, type SmtpFailure } from './smtp-failure.ts';

function reply(responseCode: number, text: string): SmtpFailure {
  return { code: 'EMESSAGE', responseCode, response: `${responseCode} ${text}` };
}

test.each<[string, SmtpFailure, Progress, string]>([
  ['nobody listens', { code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'connecting', 'unreachable'],
  ['the credentials are wrong', { code: 'EAUTH', responseCode: 535, response: '535 No' }, 'connecting', 'unreachable'],
  ['the server greets with a refusal', { code: 'EPROTOCOL', responseCode: 554 }, 'connecting', 'unreachable'],
  ['the recipient is unknown', { code: 'EENVELOPE', responseCode: 550, response: '550 No' }, 'asking', 'refused'],
  ['the mailbox is full', reply(452, 'Mailbox full'), 'asking', 'deferred'],
  ['the content is refused', reply(554, 'Spam'), 'handing-over', 'refused'],
  ['the content is refused for now', reply(451, 'Later'), 'handing-over', 'deferred'],
  [
    'the server goes away',
    { code: 'ECONNECTION', responseCode: 421, response: '421 Bye' },
    'handing-over',
    'unreachable',
  ],
  ['commands are out of order', reply(503, 'Bad sequence'), 'asking', 'deferred'],
  ['the address is malformed', { code: 'EENVELOPE' }, 'asking', 'refused'],
  ['the connection breaks early', { code: 'ESOCKET', originalCode: 'ECONNRESET' }, 'asking', 'unreachable'],
  ['the connection breaks late', { code: 'ECONNECTION' }, 'handing-over', 'unknown'],
  ['the answer does not come', { code: 'ETIMEDOUT' }, 'handing-over', 'unknown'],
  ['the server babbles', { code: 'EPROTOCOL', responseCode: 250, response: '250 What?' }, 'handing-over', 'unknown'],
  ['something else is wrong', {}, 'asking', 'deferred'],
])('when %s', (_, failure, progress, kind) => {
  expect(outcomeOfFailure(failure, progress).kind).toBe(kind);
});

test('the reason is the reply of the server, as one line of bounded length', () => {
  const outcome = outcomeOfFailure(reply(550, `5.1.1 No such user\r\n550 ${'x'.repeat(1000)}`), 'asking');
  const reason = 'reason' in outcome ? outcome.reason : '';
  expect(reason).toMatch(/^550 5[.]1[.]1 No such user 550 x+…$/);
  expect(reason).toHaveLength(300);
});
