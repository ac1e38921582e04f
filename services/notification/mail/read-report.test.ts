import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REPORT_OCTETS_MAX, readReport } from './read-report.ts';

const ID = '019ab3f0-1c2d-7e3f-8a4b-000000000006';
const OTHER_ID = '019ab3f0-1c2d-7e3f-8a4b-000000000007';

function sample(name: string): string {
  return readFileSync(new URL(`./testdata/${name}.eml`, import.meta.url), 'utf8');
}

function read(message: string) {
  return readReport(Buffer.from(message));
}

test.each([
  [
    'postfix-unknown-user',
    'FAILED',
    '5.1.1',
    /^550 5[.]1[.]1 <grace@hopper.example>: Recipient address rejected: User/,
  ],
  [
    'postfix-delayed',
    'DELAYED',
    '4.4.1',
    /^connect to mx[.]hopper[.]example\[192[.]0[.]2[.]25\]:25: Connection timed out$/,
  ],
  ['postfix-delivered', 'DELIVERED', '', /^delivered to maildir$/],
  ['exim-mailbox-full', 'FAILED', '5.2.2', /^552 5[.]2[.]2 The mailbox is over its quota$/],
  ['exchange-unknown-user', 'FAILED', '5.1.10', /RecipientNotFound; Recipient not found by SMTP address lookup$/],
  [
    'gmail-unknown-user',
    'FAILED',
    '5.1.1',
    /^550-5[.]1[.]1 The email account .+ typos or 550 5[.]1[.]1 unnecessary spaces/,
  ],
  ['global-unknown-user', 'FAILED', '5.1.1', /^550 5[.]1[.]1 <zoë@hopper[.]example> Postfach unbekannt$/],
])('reads %s', async (name, action, statusCode, words) => {
  const report = { action, statusCode, words: expect.stringMatching(words) };
  const crlf = sample(name).replaceAll('\n', '\r\n');
  for (const message of [sample(name), crlf]) {
    expect(await read(message)).toMatchObject({
      kind: 'report',
      // One of them asks for no reports, so it comes back without the id that it was handed over with.
      ids: name === 'exchange-unknown-user' ? [] : [ID],
      messageIds: [ID],
      recipients: [expect.stringMatching(/^(grace|zoë)@(hopper|gmail)[.]example$/)],
      report,
    });
  }
});

test.each([
  ['out-of-office', 'the message is not a delivery report'],
  ['read-receipt', 'the message is not a delivery report'],
  ['postfix-relayed', 'the report is about neither a failure, a delay nor a delivery'],
])('takes nothing from %s', async (name, why) => {
  expect(await read(sample(name))).toEqual({ kind: 'nothing', why });
});

describe('which mail a report is of is told', () => {
  const withoutIds = sample('postfix-unknown-user').replaceAll(ID, 'x');

  test.each([
    ['by the address it came to', 'To: bounces+x@books.example', `To: bounces+${ID}@books.example`],
    ['in upper case', 'To: bounces+x@books.example', `To: BOUNCES+${ID.toUpperCase()}@BOOKS.EXAMPLE`],
    ['by the envelope', 'Delivered-To: bounces+x@books.example', `Delivered-To: bounces+${ID}@books.example`],
    ['by the id that the mail was handed over with', 'Original-Envelope-Id: x', `Original-Envelope-Id: ${ID}`],
  ])('%s', async (_, from, to) => {
    expect(await read(withoutIds)).toMatchObject({ ids: [] });
    expect(await read(withoutIds.replace(from, to))).toMatchObject({ ids: [ID] });
  });

  test.each([
    ['by the Message-ID of the mail that came back', `Message-ID: <${ID}@example.com>`],
    ['over two lines', `Message-ID:\n <${ID}@example.com>`],
  ])('%s, but not which copy', async (_, header) => {
    const message = withoutIds.replace('Message-ID: <x@example.com>', header);
    expect(await read(message)).toMatchObject({ ids: [], messageIds: [ID] });
  });

  test('by nothing else, such as the text, and the id of somebody else’s mail', async () => {
    const text = withoutIds.replace('Your message to', `Message-ID: <${ID}@example.com>\nYour message to`);
    const nothing = { ids: [], messageIds: [] };
    expect(await read(text)).toMatchObject(nothing);
    for (const id of [`${ID}@example.com`, `<${ID}>`, `<x${ID}@example.com>`]) {
      expect(await read(withoutIds.replace('Message-ID: <x@example.com>', `Message-ID: ${id}`))).toMatchObject(nothing);
    }
  });

  test('by all of them, so that one that contradicts itself can be told', async () => {
    const message = sample('postfix-unknown-user').replace(
      `Message-ID: <${ID}@example.com>`,
      `Message-ID: <${OTHER_ID}@example.com>`,
    );
    expect(await read(message)).toMatchObject({ ids: [ID], messageIds: [OTHER_ID] });
  });
});

test('of several recipients, who are mailboxes of one, the worst counts', async () => {
  const delivered =
    'Final-Recipient: rfc822; archive@hopper.example\nAction: Delivered\nStatus: 2.0.0\n\nFinal-Recipient';
  const message = sample('postfix-unknown-user').replace('Final-Recipient', delivered);
  expect(await read(message)).toMatchObject({ report: { action: 'FAILED', statusCode: '5.1.1' } });
});

test('the words are one line of bounded length without control characters', async () => {
  const words = `550 a\u0000b\u001b[31m\u202ec ${'x'.repeat(5_000)}`;
  const reading = await read(sample('exim-mailbox-full').replaceAll('552 5.2.2 The mailbox is over its quota', words));
  if (reading.kind !== 'report') throw new Error(reading.why);
  expect(reading.report.words).toMatch(/^550 a b \[31mc x+…$/);
  expect(reading.report.words).toHaveLength(300);
});

describe('whatever comes', () => {
  /** A report with a status, after whatever is put before it. */
  function reportAfter(part: string): string {
    return `To: bounces+${ID}@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n${part}\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\nStatus: 5.1.1\n\n--b--\n`;
  }

  test('nothing is thrown', async () => {
    const pieces = fc.constantFrom(...sample('gmail-unknown-user').split('\n'), '\0', '--', '\ufffd');
    await fc.assert(
      fc.asyncProperty(fc.array(pieces), fc.uint8Array(), async (lines, octets) => {
        const message = Buffer.concat([Buffer.from(lines.join('\n')), octets]);
        expect(['report', 'nothing']).toContain((await readReport(message)).kind);
      }),
    );
  });

  test('an address that never ends is passed over at once', async () => {
    const endless = `${'a@'.repeat(200_000)}<`;
    const report = sample('postfix-unknown-user').replace(/(?<=^Final-Recipient: ).*/m, `rfc822; ${endless}`);
    const startMs = performance.now();
    expect(await read(report)).toMatchObject({ kind: 'report' });
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  test('parts in parts without end are not read', async () => {
    let [nested, message] = ['', ''];
    for (let depth = 0; depth < 1_000; depth++)
      nested += `Content-Type: multipart/mixed; boundary=d${depth}\n\n--d${depth}\n`;
    message = reportAfter(`--b\n${nested}`);
    expect(await read(message)).toEqual({ kind: 'nothing', why: 'the message cannot be read' });
  });

  test('a report in a mail that is forwarded counts for nothing', async () => {
    const inner = sample('postfix-unknown-user');
    const forwarded = `To: bounces+${ID}@x.example\nContent-Type: multipart/mixed; boundary=f\n\n--f\nContent-Type: message/rfc822\n\n${inner}\n--f--\n`;
    expect(await read(forwarded)).toMatchObject({ kind: 'nothing' });
    const returned = `To: bounces+${ID}@x.example\nContent-Type: multipart/report; report-type=feedback-report; boundary=f\n\n--f\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--f\nContent-Type: message/rfc822\n\n${inner}\n--f--\n`;
    expect(await read(returned)).toMatchObject({ kind: 'nothing' });
  });

  test('a long mail that comes back is not read to its end', async () => {
    const long = reportAfter('--b\nContent-Type: text/plain\n\nfailed\n').replace(
      '--b--\n',
      `--b\nContent-Type: message/rfc822\n\nMessage-ID: <${ID}@example.com>\n\n${'x'.repeat(20 * REPORT_OCTETS_MAX)}`,
    );
    expect(await read(long)).toMatchObject({ kind: 'report', ids: [ID] });
    const late = reportAfter(`--b\nContent-Type: text/plain\n\n${'x'.repeat(REPORT_OCTETS_MAX)}\n`);
    expect(await read(late)).toMatchObject({ kind: 'nothing' });
  });

  test.each([
    ['an unknown charset', '--b\nContent-Type: text/plain; charset=klingon\n\nfailed\n'],
    ['parts by the thousand', '--b\n\nx\n'.repeat(20_000)],
    ['an endless line', `--b\nContent-Type: text/html\n\n${'<'.repeat(500_000)}\n`],
    ['octets that are no UTF-8', `--b\nContent-Type: text/plain\n\n\u00ff\n`],
  ])('%s does no harm', async (_, part) => {
    expect(await readReport(Buffer.from(reportAfter(part), 'latin1'))).toMatchObject({ kind: 'report', ids: [ID] });
  });

  test.each([
    '',
    '\n',
    '\0',
    'Content-Type: multipart/report; boundary=b',
    reportAfter('').replace('Status: 5.1.1', 'Status: x').replace('failed', 'exploded'),
  ])('%j is no report', async (message) => {
    expect(await read(message)).toMatchObject({ kind: 'nothing' });
  });
});
