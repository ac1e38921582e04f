import { expect, test } from 'vitest';
import { copiesOf, visibleOf } from './mail-copies.ts';

const ID = '019ab3f0-1c2d-7e3f-8a4b-000000000006';
const UUID = /^019ab3f0-1c2d-7e3f-8a4b-[0-9a-f]{12}$/;

test('each address gets one copy, those that stand in the mail first', () => {
  const ccEmails = ['cfo@hopper.example', 'it@hopper.example'];
  const copies = copiesOf(ID, { recipient: 'grace@hopper.example', ccEmails, bccEmail: 'ada@lovelace.example' });
  expect(copies).toEqual([
    { id: expect.stringMatching(UUID), role: 'CC', recipient: 'cfo@hopper.example' },
    { id: expect.stringMatching(UUID), role: 'CC', recipient: 'it@hopper.example' },
    { id: expect.stringMatching(UUID), role: 'BCC', recipient: 'ada@lovelace.example' },
  ]);
  expect(new Set([ID, ...copies.map(({ id }) => id)]).size).toBe(4);
  expect(visibleOf(copies)).toEqual(ccEmails);
});

test.each([
  ['the recipient', { recipient: 'Ada@x.example', ccEmails: ['ada@X.example'], bccEmail: 'ADA@x.example' }, []],
  [
    'somebody in copy',
    { recipient: 'a@x.example', ccEmails: ['b@x.example', 'B@x.example'], bccEmail: 'B@X.example' },
    ['b@x.example'],
  ],
  ['nobody', { recipient: 'a@x.example', ccEmails: [], bccEmail: '' }, []],
])('%s gets no copy besides', (_, recipients, expected) => {
  expect(copiesOf(ID, recipients).map(({ recipient }) => recipient)).toEqual(expected);
});

test('of a mail to nobody there is no copy', () => {
  expect(copiesOf(ID, { recipient: '', ccEmails: ['b@x.example'], bccEmail: 'c@x.example' })).toEqual([]);
});

test('a copy has the same id each time, another than the same address has of another mail', () => {
  const recipients = { recipient: 'a@x.example', ccEmails: [], bccEmail: 'c@x.example' };
  const [first] = copiesOf(ID, recipients);
  expect(copiesOf(ID, { ...recipients, bccEmail: 'C@x.example' })[0]?.id).toBe(first?.id);
  expect(copiesOf(ID.replace(/6$/, '7'), recipients)[0]?.id).not.toBe(first?.id);
});
