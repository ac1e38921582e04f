import { expect, test } from 'vitest';
import { composeMessage } from './compose-message.ts';

const ID = '01a22af4-58a6-7c88-b821-580cad7cc14e';

test.each([
  ['billing@example.com', 'example.com'],
  ['billing@müller.example', 'xn--mller-kva.example'],
  ['billing@[192.0.2.1]', '[192.0.2.1]'],
])('a mail from %s is named in ASCII, as headers are', async (address, domain) => {
  const mail = {
    id: ID,
    recipient: 'grace@hopper.example',
    senderName: '',
    replyTo: '',
    subject: '',
    text: '',
    html: '',
  };
  const composed = composeMessage({ ...mail, date: new Date(0), isSecret: false }, { name: '', address });
  const message = (await composed.build()).toString();
  expect(message).toContain(`\r\nMessage-ID: <${ID}@${domain}>\r\n`);
});
