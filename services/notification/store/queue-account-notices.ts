import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { ACCOUNT_NOTICES_MAX } from '../domain/account-notice-texts.ts';
import { accountMails, accountNoticeTimes, mailSettings, notifications } from './schema.ts';

const MAX = sql.raw(String(ACCOUNT_NOTICES_MAX));
/** For how long a mail counts against {@link ACCOUNT_NOTICES_MAX}. */
const WINDOW = sql.raw(`interval '24 hours'`);

/**
 * Prepares the statement that queues mails to account holders about what happened, each about a quote or a notification, to be sent at
 * once. Left out are those that the account does not want, and those about what it need not act on: a mail that was withdrawn, a blind
 * copy, and the confirmation of a payment for a customer without an address.
 *
 * For each account no more than {@link ACCOUNT_NOTICES_MAX} are queued within 24 hours. The last of them has the time from which on there
 * can be more; those asked for until then are dropped. The row that counts them is locked, so that several statements at once keep to
 * the limit as well.
 */
export function prepareQueueAccountNotices(db: Database) {
  return prepareEffect(db, 'queue_account_notices', {
    columns: {
      ownerId: 'uuid',
      kind: 'text',
      quoteId: 'uuid',
      notificationId: 'uuid',
      requestId: 'text',
      createTime: 'timestamptz',
      time: 'timestamptz',
    },
    effect: (fresh) => {
      const wanted = sql`(
        select ${fresh.eventId} as id, ${fresh.ownerId} as owner_id, ${fresh.kind} as kind, ${fresh.quoteId} as quote_id,
          ${fresh.notificationId} as notification_id, ${fresh.requestId} as request_id, ${fresh.createTime} as create_time,
          ${fresh.time} as time, row_number() over (partition by ${fresh.ownerId} order by ${fresh.eventId}) as place
        from ${fresh.rows}
        left join ${mailSettings} as settings on settings.owner_id = ${fresh.ownerId}
        left join ${notifications} as mail on mail.owner_id = ${fresh.ownerId} and mail.id = ${fresh.notificationId}
        where settings.account_notices is not false
          and (${fresh.notificationId} is null or mail.withdraw_reason = '' and mail.role <> 'BCC'
            and (mail.recipient <> '' or mail.kind <> 'PAYMENT_RECEIVED'))
      ) as wanted`;
      const recent = sql`array(
        select time from unnest(known.notice_times) with ordinality as notice (time, place)
        where time > excluded.update_time - ${WINDOW} order by place
      )`;
      return [
        sql`
          insert into ${accountNoticeTimes} as known (owner_id, notice_times, room, update_time)
          select owner_id, array_fill(max(time), array[least(count(*), ${MAX})::integer]), ${MAX}, max(time)
          from ${wanted} group by owner_id order by owner_id
          on conflict (owner_id) do update set
            notice_times = ${recent} || excluded.notice_times[1:${MAX} - cardinality(${recent})],
            room = ${MAX} - cardinality(${recent}),
            update_time = excluded.update_time
          returning owner_id, notice_times, room`,
        sql`
          insert into ${accountMails} (id, owner_id, kind, quote_id, notification_id, recipient, locale, time_zone, request_id,
            create_time, next_attempt_time, resume_time)
          select id, owner_id, kind, quote_id, notification_id, '', '', '', request_id, create_time, time,
            case when place = room and cardinality(notice_times) = ${MAX} then notice_times[1] + ${WINDOW} end
          from ${wanted} join effect_1 as counted using (owner_id)
          where place <= room order by id
          on conflict (id) do nothing`,
      ];
    },
  });
}

/** What an event asks for. */
export type AccountNoticeOrder = Parameters<ReturnType<typeof prepareQueueAccountNotices>>[0][number];
