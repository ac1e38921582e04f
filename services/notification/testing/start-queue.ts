import { eq } from 'drizzle-orm';
import { makeScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { notificationService } from '../service.ts';
import { type NotificationRow, notifications } from '../store/schema.ts';
import { WEBHOOK_KEY } from './webhook-key.ts';

/** The service without its delivery job, so that mails stay queued. */
export interface QueueTestService extends TestService {
  /** The mails of an owner, in the order in which they were queued. */
  rowsOf(ownerId: string): Promise<NotificationRow[]>;
}

/** Starts the service, which handles what is published to it. Stop it in `afterAll`. */
export async function startQueue(): Promise<QueueTestService> {
  const folder = makeScratchDir('numer-mail');
  const environment = { ...WEBHOOK_KEY, MAIL_DIR: folder.path };
  const service = await startTestService({ ...notificationService, jobs: [] }, { environment });
  service.begin();
  // The ids of the events in order, since ids that were made within a millisecond have no order of their own.
  const queued: string[] = [];
  return {
    ...service,
    async publish(desc, message, envelope) {
      const event = await service.publish(desc, message, envelope);
      queued.push(event.id);
      return event;
    },
    async rowsOf(ownerId) {
      const rows = await service.db.select().from(notifications).where(eq(notifications.ownerId, ownerId));
      return rows.toSorted((one, other) => queued.indexOf(one.id) - queued.indexOf(other.id));
    },
    async stop() {
      await service.stop();
      folder.remove();
    },
  };
}
