import { eq, sql } from 'drizzle-orm';
import { file_numer_notification_v1_document_link_events } from '../../../gen/numer/notification/v1/document_link_events_pb.ts';
import { DocumentLinkService } from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import type { Identity } from '../../../runtime/call/identity.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents } from '../../../runtime/testing/written-events.ts';
import { put, startPrinter } from './start-printer.ts';
import { testCreditNote } from './test-credit-note.ts';
import { testInvoice } from './test-invoice.ts';
import { testQuote } from './test-quote.ts';

/** Where the pages are. */
export const PUBLIC_URL = 'https://billing.example/numer';

/** The service with documents that have links. */
export type Linker = Awaited<ReturnType<typeof startLinker>>;

/** Starts the service, with a user who owns whatever is put on its shelf. Stop it in `afterAll`. */
export async function startLinker(variables: NodeJS.ProcessEnv = { PUBLIC_URL }) {
  const printer = await startPrinter(variables);
  const user = testUser('Europe/Berlin');
  const { shelf } = printer;
  shelf.users.set(user.userId, { name: 'Ada Lovelace', timeZone: user.timeZone });
  const links = (identity: Identity | undefined = user, headers?: Readonly<Record<string, string>>) =>
    printer.client(DocumentLinkService, identity, headers);
  /** As the gateway calls it. */
  const gateway = printer.client(DocumentLinkService, { kind: 'service', name: 'gateway' });
  const urlOf = async (documentId: string) => (await links().getDocumentLink({ documentId })).link?.url ?? '';
  const tokenOf = async (documentId: string) => (await urlOf(documentId)).split('/').at(-1) ?? '';
  const pageOf = async (token: string) => {
    const { page } = await gateway.getLinkedPage({ token });
    return new TextDecoder().decode(page?.data);
  };
  return {
    ...printer,
    user,
    links,
    /** As somebody without any credentials calls it. */
    nobody: printer.client(DocumentLinkService),
    gateway,
    addInvoice: (fields: Parameters<typeof testInvoice>[0] = {}) => put(shelf.invoices, testInvoice(fields)),
    addQuote: (fields: Parameters<typeof testQuote>[0] = {}) =>
      put(shelf.quotes, { ...testQuote(fields), etag: '"1"' }),
    addCreditNote: (fields: Parameters<typeof testCreditNote>[0] = {}) =>
      put(shelf.creditNotes, testCreditNote(fields)),
    urlOf,
    tokenOf,
    pageOf,
    /** The words on the page of a document, without markup. */
    async wordsOf(documentId: string): Promise<string> {
      const html = await pageOf(await tokenOf(documentId));
      const body = html.slice(html.indexOf('<body>')).replaceAll(/<[^>]+>/g, ' ');
      return body.replaceAll(/\s+/g, ' ').trim();
    },
    /** The error that a page is refused with. */
    refusalOfPage: (token: string) => refusalOf(gateway.getLinkedPage({ token })),
    /** What was published about a document. */
    eventsOf: (documentId: string) =>
      readWrittenEvents(printer.db, [file_numer_notification_v1_document_link_events], eq(outbox.subject, documentId)),
    /** Everything that its database holds, as text. */
    async dump(): Promise<string> {
      const tables = await printer.db.execute<{ name: string }>(
        sql`select relname as name from pg_stat_user_tables where schemaname = 'public' order by relname`,
      );
      const dumps = await Promise.all(
        tables.map(({ name }) =>
          printer.db.execute(sql`select to_jsonb(each)::text from ${sql.identifier(name)} as each`),
        ),
      );
      return JSON.stringify(dumps);
    },
  };
}
