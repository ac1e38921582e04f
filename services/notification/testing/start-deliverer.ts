import { randomUUIDv7 } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { readConfig } from '../../../runtime/process/config.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import type { TestService } from '../../../runtime/testing/start-test-service.ts';
import { NOTIFICATION_CONFIG } from '../config.ts';
import { createDeps, type Deps } from '../deps.ts';
import type { Kind } from '../domain/decide-next.ts';
import { deliverDueMails } from '../jobs/deliver-mails.ts';
import type { MailOrder } from '../store/queue-mails.ts';
import { type NotificationRow, notifications } from '../store/schema.ts';
import { asNobody, toNoCall, toNoService } from './to-no-service.ts';
import { WEBHOOK_KEY } from './webhook-key.ts';

/** Delivers when a test says so, as one replica of the service does every second. */
export interface Deliverer {
  readonly deps: Deps;
  /** Queues a mail and gives its id. */
  queue(kind?: Kind, changes?: Partial<MailOrder>): Promise<string>;
  /** Sends the mails that are due. */
  deliver(): Promise<void>;
  /** The row of a mail. */
  find(id: string): Promise<NotificationRow>;
}

/** Makes a deliverer on the database of a service that was not begun. */
export async function startDeliverer(
  { db, clock }: TestService,
  environment: {
    readonly SMTP_URL?: string;
    readonly MAIL_DIR?: string;
    readonly MAIL_BOUNCE_ADDRESS?: string;
    readonly PUBLIC_URL?: string;
  },
): Promise<Deliverer> {
  const config = readConfig(NOTIFICATION_CONFIG, { ...WEBHOOK_KEY, ...environment });
  const deps = await createDeps(
    {
      db,
      clock,
      log: silentLog(),
      transportTo: toNoService,
      callAsService: asNobody,
      callAsReader: asNobody,
      callFor: toNoCall,
    },
    config,
  );
  return {
    deps,
    async queue(kind = 'INVOICE_SENT', changes = {}) {
      const { eventId = randomUUIDv7() } = changes;
      const order: MailOrder = {
        eventId,
        ownerId: randomUUIDv7(),
        invoiceId: kind === 'QUOTE_SENT' ? null : randomUUIDv7(),
        invoiceVersion: kind === 'QUOTE_SENT' ? null : 2n,
        quoteId: kind === 'QUOTE_SENT' ? randomUUIDv7() : null,
        paymentId: null,
        creditNoteId: null,
        revisionId: null,
        kind,
        recipient: 'grace@hopper.example',
        ccEmails: [],
        copies: [],
        senderName: 'Lovelace & Sons',
        replyTo: 'ada@lovelace.example',
        subject: 'Invoice 2026-0042',
        printed: null,
        link: null,
        textBody: 'The text',
        htmlBody: '<p>The text</p>',
        requestId: 'request-1',
        dueDate: null,
        expireTime: null,
        withdrawReason: null,
        dueBefore: null,
        withdrawsInvoice: false,
        time: clock.now(),
        ...changes,
      };
      await deps.store.queueMails([order]);
      return eventId;
    },
    deliver: () => deliverDueMails(deps, new AbortController().signal),
    async find(id) {
      const [row] = await db.select().from(notifications).where(eq(notifications.id, id));
      if (row === undefined) throw new Error(`there is no notification ${id}`);
      return row;
    },
  };
}
