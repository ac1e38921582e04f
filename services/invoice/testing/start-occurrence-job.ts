import { sql } from 'drizzle-orm';
import { type Replica, startReplica } from './recurring-of.ts';
import { type InvoiceTestService, type Owner, startInvoiceService } from './start-invoice-service.ts';

/** The job that makes the invoices of recurring invoices, with a service of its own. */
export interface OccurrenceJob extends Replica {
  readonly service: InvoiceTestService;
  /** Sets the clock to a time and runs the job. */
  runAt(time: string): Promise<void>;
  /** How many events of this topic an account wrote. */
  countEvents(owner: Owner, topic: string): Promise<number>;
  /** Resets everything after a test: the next one would do whatever it leaves due. */
  reset(): Promise<void>;
}

/** Starts a service and the job. */
export async function startOccurrenceJob(): Promise<OccurrenceJob> {
  const service = await startInvoiceService();
  const replica = startReplica(service);
  return {
    ...replica,
    service,
    runAt(time) {
      service.clock.set(time);
      return replica.run();
    },
    async countEvents(owner, topic) {
      const ownerId = owner.identity.userId;
      const rows = await service.db.execute(sql`select 1 from outbox where owner_id = ${ownerId} and topic = ${topic}`);
      return rows.length;
    },
    async reset() {
      service.userService.isDown.value = false;
      service.clock.set('2026-03-01T12:00:00Z');
      await service.db.execute(sql`delete from recurring_invoices`);
    },
    async stop() {
      await replica.stop();
      await service.stop();
    },
  };
}
