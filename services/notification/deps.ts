import { type Client, createClient } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import { CreditNoteService } from '../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { CustomerLedgerService } from '../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { QuoteService } from '../../gen/numer/invoice/v1/quote_service_pb.ts';
import { CustomerService } from '../../gen/numer/user/v1/customer_service_pb.ts';
import { LogoService } from '../../gen/numer/user/v1/logo_service_pb.ts';
import { PasswordResetService } from '../../gen/numer/user/v1/password_reset_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../../runtime/call/idempotency.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ServiceMetrics } from '../../runtime/metrics/metrics.ts';
import { type Config, ConfigError } from '../../runtime/process/config.ts';
import type { Logger } from '../../runtime/process/log.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import type { Mailbox, NOTIFICATION_CONFIG } from './config.ts';
import type { PageFile } from './domain/document-page.ts';
import { createFileCarrier } from './mail/file-carrier.ts';
import type { MailCarrier } from './mail/mail-carrier.ts';
import { createSmtpCarrier } from './mail/smtp-carrier.ts';
import { createPdfRenderer, type PdfRenderer } from './pdf/pdf-renderer.ts';
import { LEASE_MS, REPEATABLE_LEASE_MS } from './store/claim-mail.ts';
import { createStore, type Store } from './store/store.ts';
import type { Targets } from './webhook/webhook-url.ts';

/** For how many documents the available e-invoice formats are remembered at most. */
const KNOWN_DOCUMENTS_MAX = 10_000;

/** What the RPCs, consumers and jobs of the notification service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ServiceMetrics | undefined;
  readonly carrier: MailCarrier;
  readonly pdfs: PdfRenderer;
  readonly invoices: Client<typeof InvoiceService>;
  readonly quotes: Client<typeof QuoteService>;
  readonly creditNotes: Client<typeof CreditNoteService>;
  readonly ledger: Client<typeof CustomerLedgerService>;
  readonly users: Client<typeof UserService>;
  readonly customers: Client<typeof CustomerService>;
  readonly passwordResets: Client<typeof PasswordResetService>;
  readonly logos: Client<typeof LogoService>;
  /** For calls that no user may make. */
  readonly callAsService: ServiceBase['callAsService'];
  /** For jobs that read what is an owner's. */
  readonly callAsReader: ServiceBase['callAsReader'];
  readonly callFor: ServiceBase['callFor'];
  /** For updates that turn out to change nothing. */
  readonly idempotency: IdempotencyStore;
  /** The sender of mails to account holders. */
  readonly mailFrom: Mailbox;
  /** The page where a forgotten password is set anew, with a place for the token; empty for none. */
  readonly passwordResetUrl: string;
  /** The key from which the secrets of webhooks and the links of documents are derived. */
  readonly webhookKey: Uint8Array;
  /** Where customers reach the gateway, without a slash at the end; empty when it is not configured. */
  readonly publicUrl: string;
  readonly webhookTargets: Targets;
  /** The e-invoice formats in which documents are available, by the documents' ids. */
  readonly eInvoiceFiles: LRUCache<string, readonly PageFile[]>;
  /** Webhooks that are being sent. Sending them goes on from one run of the job to the next. */
  readonly webhooksUnderWay: Set<Promise<void>>;
  readonly store: Store;
}

/**
 * Prepares every statement and client once, and the mail carrier. Throws ConfigError when no way for mail is configured or the
 * fallback fonts cannot be used.
 */
export async function createDeps(
  { db, clock, log, metrics, transportTo, callAsService, callAsReader, callFor }: ServiceBase,
  config: Config<typeof NOTIFICATION_CONFIG>,
): Promise<Deps> {
  const carrier = await createCarrier(config);
  return {
    clock,
    log,
    metrics,
    carrier,
    pdfs: await createPdfs(config),
    idempotency: createIdempotencyStore(db),
    invoices: createClient(InvoiceService, transportTo('invoice')),
    quotes: createClient(QuoteService, transportTo('invoice')),
    creditNotes: createClient(CreditNoteService, transportTo('invoice')),
    ledger: createClient(CustomerLedgerService, transportTo('invoice')),
    users: createClient(UserService, transportTo('user')),
    customers: createClient(CustomerService, transportTo('user')),
    passwordResets: createClient(PasswordResetService, transportTo('user')),
    logos: createClient(LogoService, transportTo('user')),
    callAsService,
    callAsReader,
    mailFrom: config.MAIL_FROM,
    passwordResetUrl: config.PASSWORD_RESET_URL,
    callFor,
    webhookKey: config.WEBHOOK_SECRET_KEY,
    publicUrl: config.PUBLIC_URL,
    webhookTargets: config.WEBHOOK_TARGETS,
    eInvoiceFiles: new LRUCache({ max: KNOWN_DOCUMENTS_MAX }),
    webhooksUnderWay: new Set(),
    store: createStore(db, carrier.isRepeatable ? REPEATABLE_LEASE_MS : LEASE_MS),
  };
}

async function createCarrier({
  SMTP_URL,
  MAIL_DIR,
  MAIL_FROM,
  MAIL_BOUNCE_ADDRESS,
}: Config<typeof NOTIFICATION_CONFIG>) {
  if (SMTP_URL !== '') return createSmtpCarrier(SMTP_URL, { from: MAIL_FROM, bounceAddress: MAIL_BOUNCE_ADDRESS });
  if (MAIL_DIR === '')
    throw new ConfigError(['SMTP_URL or MAIL_DIR is missing: the mail server, or the folder of caught mails']);
  return await createFileCarrier(MAIL_DIR, MAIL_FROM);
}

async function createPdfs({ PDF_FALLBACK_FONTS }: Config<typeof NOTIFICATION_CONFIG>) {
  try {
    return await createPdfRenderer(PDF_FALLBACK_FONTS);
  } catch (error) {
    throw new ConfigError([`PDF_FALLBACK_FONTS: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
