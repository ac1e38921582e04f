import { eq } from 'drizzle-orm';
import { file_numer_notification_v1_notification_events } from '../../../gen/numer/notification/v1/notification_events_pb.ts';
import { NotificationService } from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import type { Identity } from '../../../runtime/call/identity.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import { startSmtpSink } from '../../../runtime/testing/smtp-sink.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents } from '../../../runtime/testing/written-events.ts';
import { notificationSettled } from '../events.ts';
import { decideRetractions } from '../jobs/decide-retractions.ts';
import { pruneWithdrawals } from '../jobs/prune-withdrawals.ts';
import { notificationService } from '../service.ts';
import { notifications } from '../store/schema.ts';
import { startDeliverer } from './start-deliverer.ts';
import { put, startPrinter } from './start-printer.ts';

/** The service with documents that can be mailed again, and a mail server that gets a mail when a test says so. */
export type Resender = Awaited<ReturnType<typeof startResender>>;

/** Starts the service, with a user who owns whatever is put on its shelf. Stop it in `afterAll`. */
export async function startResender() {
  const printer = await startPrinter({}, { ...notificationService, jobs: [] });
  const sink = await startSmtpSink();
  const { deps, deliver } = await startDeliverer(printer, {
    SMTP_URL: sink.url,
    PUBLIC_URL: 'https://billing.example',
  });
  const user = testUser('Europe/Berlin');
  return {
    ...printer,
    user,
    sink,
    customerId: put(printer.shelf.customers, { name: 'Grace Hopper', email: 'grace@hopper.example' }),
    mails: (identity: Identity | undefined = user, headers?: Readonly<Record<string, string>>) =>
      printer.client(NotificationService, identity, headers),
    /** As somebody without any credentials calls it. */
    nobody: printer.client(NotificationService),
    /** Decides and delivers, as the jobs do again and again. */
    async work(): Promise<void> {
      await decideRetractions.run(deps, printer.clock.now(), new AbortController().signal);
      await deliver();
    },
    /** Claims the due mails, like a replica that is handing them to the mail server. Gives a function that ends one of them as sent. */
    async claim() {
      const now = printer.clock.now();
      const claimed = await deps.store.claimMails({ now, dueTime: now, count: 100 });
      return async (id: string) => {
        const mail = claimed.find(({ row }) => row.id === id);
        if (mail === undefined) throw new Error(`mail ${id} was not claimed`);
        const end = { state: 'SENT', error: '', sendTime: now, pdfAttached: false, mayHaveLeft: false } as const;
        const event = notificationSettled({ ...mail.row, ...end, nextAttemptTime: null }, now);
        await deps.store.finishMails([{ id, leaseToken: mail.leaseToken, ...end, event }]);
      };
    },
    /** Forgets what is old, as a job does. */
    prune: () => pruneWithdrawals.run(deps, printer.clock.now(), new AbortController().signal),
    /** What the mail server got for an address, oldest first. */
    mailsTo: (recipient: string) => sink.mails().filter(({ to }) => to[0] === recipient),
    rowsOf: (ownerId: string) => printer.db.select().from(notifications).where(eq(notifications.ownerId, ownerId)),
    eventsOf: (notificationId: string) =>
      readWrittenEvents(
        printer.db,
        [file_numer_notification_v1_notification_events],
        eq(outbox.subject, notificationId),
      ),
    async stop() {
      await printer.stop();
      await sink.close();
    },
  };
}
