import { eq } from 'drizzle-orm';
import { makeScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { notificationService } from '../service.ts';
import { type NotificationRow, notifications } from '../store/schema.ts';

/** The service without its delivery job, so that mails stay queued. */
export interface QueueTestService extends TestService {
  /** The mails of an owner, in the order in which they were queued. */
  rowsOf(ownerId: string): Promise<NotificationRow[]>;
}

/** Starts the service, which handles what is published to it. Stop it in `afterAll`. */
export async function startQueue(): Promise<QueueTestService> {
  const folder = makeScratchDir('numer-mail');
  const environment = { MAIL_DIR: folder.path };
  const service = await startTestService({ ...notificationService, jobs: [] }, { environment });
  service.begin();
  return {
    ...service,
    rowsOf: (ownerId) =>
      service.db.select().from(notifications).where(eq(notifications.ownerId, ownerId)).orderBy(notifications.id),
    async stop() {
      await service.stop();
      folder.remove();
    },
  };
}
