import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { AnswerLinkedQuoteRequest_Answer as Answer } from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Linker, startLinker } from '../testing/start-linker.ts';
import { testInvoice } from '../testing/test-invoice.ts';

let linker: Linker;
beforeAll(async () => {
  linker = await startLinker();
});
afterAll(() => linker.stop());
beforeEach(() => {
  linker.shelf.answers.length = 0;
});

const CUSTOMER_ID = '01a20317-e038-7778-b7d9-9964c5d9133c';
const addQuote = (fields: Parameters<Linker['addQuote']>[0] = {}) => {
  const { id: _, ...invoice } = testInvoice({ customerId: CUSTOMER_ID });
  return linker.addQuote({ invoice, ...fields });
};

test.each(['ACCEPT', 'DECLINE'] as const)('%s is recorded for the owner, as what the customer did', async (action) => {
  const token = await linker.tokenOf(addQuote());
  await linker.gateway.answerLinkedQuote({ token, answer: Answer[action] });
  const { userId, timeZone } = linker.user;
  expect(linker.shelf.answers).toMatchObject([
    { action, identity: { kind: 'user', userId, timeZone, actor: `customer:${CUSTOMER_ID}`, sessionId: '' } },
  ]);
});

test('it can be sent again, and nobody answers twice', async () => {
  const token = await linker.tokenOf(addQuote());
  const all = [Answer.ACCEPT, Answer.ACCEPT, Answer.DECLINE];
  for (const answer of all) await linker.gateway.answerLinkedQuote({ token, answer });
  expect(linker.shelf.answers).toHaveLength(1);
});

test('of many answers at once exactly one is recorded', async () => {
  const token = await linker.tokenOf(addQuote());
  const answers = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? Answer.ACCEPT : Answer.DECLINE));
  await Promise.all(answers.map((answer) => linker.gateway.answerLinkedQuote({ token, answer })));
  expect(linker.shelf.answers).toHaveLength(1);
});

test.each(['EXPIRED', 'ACCEPTED', 'DECLINED', 'INVOICED'] as const)('one that is %s stays as it is', async (state) => {
  const token = await linker.tokenOf(addQuote({ state: Quote_State[state] }));
  await linker.gateway.answerLinkedQuote({ token, answer: Answer.ACCEPT });
  await linker.gateway.answerLinkedQuote({ token, answer: Answer.DECLINE });
  expect(linker.shelf.answers).toEqual([]);
});

test('refuses what is no quote, what was revoked, no answer, and callers who are no service', async () => {
  const answer = Answer.ACCEPT;
  const invoice = await linker.tokenOf(linker.addInvoice());
  expect((await refusalOf(linker.gateway.answerLinkedQuote({ token: invoice, answer }))).reason).toBe('NOT_FOUND');
  const document = addQuote();
  const token = await linker.tokenOf(document);
  expect((await refusalOf(linker.gateway.answerLinkedQuote({ token, answer: 0 }))).fields).toEqual(['answer']);
  expect((await refusalOf(linker.nobody.answerLinkedQuote({ token, answer }))).reason).toBe('UNAUTHENTICATED');
  expect((await refusalOf(linker.links().answerLinkedQuote({ token, answer }))).reason).toBe('PERMISSION_DENIED');
  await linker.links().revokeDocumentLink({ documentId: document });
  expect((await refusalOf(linker.gateway.answerLinkedQuote({ token, answer }))).reason).toBe('NOT_FOUND');
  expect(linker.shelf.answers).toEqual([]);
});
