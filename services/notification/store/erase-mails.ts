import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareErasure } from '../../../runtime/erasure.ts';
import {
  accountMails,
  accountNoticeTimes,
  documentLinks,
  documentResends,
  mailRetractions,
  mailSettings,
  mailWithdrawals,
  notifications,
  quoteAnswers,
} from './schema.ts';
import { DELETED_ENDPOINT, webhookEndpoints } from './webhook-schema.ts';

/**
 * Prepares a step of the erasure of an account's mails: those that are still queued are deleted, and the others stay without
 * personal data. Webhook endpoints are deleted, and so pruned with their deliveries. See `prepareErasure`.
 */
export function prepareEraseMails(db: Database, stepSize?: number): () => Promise<boolean> {
  return prepareErasure(db, {
    rows: (ownerId) => [
      { table: notifications, where: sql`owner_id = ${ownerId} and state = 'QUEUED'` },
      {
        table: notifications,
        // A mail that was sent still has its document only where a replica of the previous version has sent it.
        where: sql`owner_id = ${ownerId} and (printed is not null
          or (recipient, addressee, cc_emails, sender_name, reply_to, subject, text_body, html_body, error) <> ${EMPTY})`,
        set: sql`printed = null, (recipient, addressee, cc_emails, sender_name, reply_to, subject, text_body, html_body, error) = row${EMPTY}`,
      },
      { table: accountMails, where: sql`owner_id = ${ownerId}` },
      { table: accountNoticeTimes, where: sql`owner_id = ${ownerId}` },
      { table: quoteAnswers, where: sql`owner_id = ${ownerId}` },
      { table: mailWithdrawals, where: sql`owner_id = ${ownerId}` },
      { table: mailRetractions, where: sql`owner_id = ${ownerId}` },
      { table: documentResends, where: sql`owner_id = ${ownerId}` },
      { table: mailSettings, where: sql`owner_id = ${ownerId}` },
      { table: documentLinks, where: sql`owner_id = ${ownerId}` },
      // Endpoints that were made with the credentials of an account that had just been deleted.
      { table: webhookEndpoints, where: sql`owner_id = ${ownerId} and delete_time is null`, set: DELETED_ENDPOINT },
    ],
    stepSize,
  });
}

const EMPTY = sql`('', '', '[]'::jsonb, '', '', '', '', '', '')`;
