import { paragraph, payTo, periodOf, recipientOf, sellerLinesOf } from './document-parts.ts';
import { formatAmount, formatDate } from './format.ts';
import type { Language } from './language.ts';
import type { Item } from './mail.ts';
import type { PrintOptions } from './print-documents.ts';
import type { PrintedDocument } from './printed-document.ts';
import type { BalanceFacts, StatementEntryFacts, StatementFacts } from './statement-facts.ts';
import { TEXTS } from './texts.ts';

/** A statement in print: what is brought forward, each entry with the balance after it, and the closing balances. */
export function printStatement(
  statement: StatementFacts,
  { language, paper, createTime }: Omit<PrintOptions, 'marking'>,
): PrintedDocument {
  const { entries, openingBalances, closingBalances } = statement;
  const texts = TEXTS[language];
  return {
    language,
    paper,
    createTime,
    title: texts.statement.title,
    marking: '',
    issuer: sellerLinesOf(statement, language),
    recipient: recipientOf(statement, language),
    facts: [
      { label: texts.label.issueDate, value: formatDate(statement.today, language) },
      { label: texts.statement.period, value: periodOf(statement.fromDate, statement.toDate, language) },
    ].filter(({ value }) => value !== ''),
    itemsHead: texts.print.itemsHead,
    items: [
      ...openingBalances.map(({ currency, balanceMinor }) => ({
        title: texts.statement.broughtForward,
        detail: '',
        amount: formatAmount(balanceMinor, currency, language),
      })),
      ...entries.map((entry) => itemOf(entry, language)),
    ],
    sums: closingBalances.map(({ currency, balanceMinor }) => ({
      label: texts.statement.balance,
      value: formatAmount(balanceMinor, currency, language),
      isTotal: true,
    })),
    notes: notesOf(statement, language),
  };
}

function itemOf(entry: StatementEntryFacts, language: Language): Item {
  const { statement } = TEXTS[language];
  const { type, entryDate, dueDate, method, reference, currency } = entry;
  const details = [
    formatDate(entryDate, language),
    ...(type === 'INVOICE' && dueDate !== '' ? [statement.due(formatDate(dueDate, language))] : []),
    method,
    reference,
    `${statement.balance}: ${formatAmount(entry.balanceMinor, currency, language)}`,
  ];
  return {
    title: statement.entry[type](entry.invoiceNumber, entry.creditNoteNumber),
    detail: details.filter((detail) => detail !== '').join(' · '),
    amount: formatAmount(entry.amountMinor, currency, language),
  };
}

function notesOf({ entries, closingBalances, seller }: StatementFacts, language: Language): PrintedDocument['notes'] {
  const { statement } = TEXTS[language];
  const has = (test: (balance: BalanceFacts) => boolean) => closingBalances.some(test);
  return [
    ...(entries.length === 0 ? [paragraph(statement.noEntries)] : []),
    ...(has(({ balanceMinor }) => balanceMinor < 0n) ? [paragraph(statement.credit)] : []),
    ...(has(({ balanceMinor }) => balanceMinor > 0n) ? payTo(seller, '', language) : []),
  ];
}
