import { randomUUIDv7 } from 'node:crypto';
import { createRouterTransport } from '@connectrpc/connect';
import { InvoiceCreatedSchema, InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { CustomerUpdatedSchema } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import { SessionCreatedSchema } from '../../../gen/numer/user/v1/session_events_pb.ts';
import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import type { WireEvent } from '../../../runtime/events/event.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { activityService } from '../service.ts';
import { type ChainStore, prepareChainStore } from '../store/chain-store.ts';
import { type Verification, verifyChain } from '../verify-chain.ts';

/** The activity service of a test, whose data can be tampered with. */
export interface TestActivityService extends TestService {
  readonly store: ChainStore;
  /** Signs a user in. */
  signIn(ownerId: string, envelope?: Partial<WireEvent>): Promise<WireEvent>;
  /** Creates a draft and gives the id of the invoice. */
  draft(ownerId: string): Promise<string>;
  /** Opens an invoice. */
  send(ownerId: string, invoiceId: string): Promise<WireEvent>;
  /** Deletes an account. */
  deleteAccount(ownerId: string): Promise<WireEvent>;
  /** A new account with five activities from two addresses: sign-ins, a change of a customer, a draft that was sent. */
  account(): Promise<string>;
  /** Runs SQL like somebody who has all rights and disables the triggers. */
  tamper(statements: string): Promise<void>;
  /** Kind and place of the problem of an account's chain, e.g. `ENTRY_ALTERED 3`; undefined when the chain is whole. */
  problemOf(ownerId: string): Promise<string | undefined>;
  verify(ownerId: string): Promise<Verification>;
}

/** Starts the service with its consumer. */
export async function startActivityService(): Promise<TestActivityService> {
  const service = await startTestService(activityService, {
    transports: { invoice: createRouterTransport(() => undefined) },
  });
  service.begin();
  const store = prepareChainStore(service.db);
  const by = (ownerId: string) => {
    service.clock.advance(1_000);
    return { ownerId, actor: `user:${ownerId}`, requestId: randomUUIDv7(), callerAddress: '192.0.2.7' };
  };

  const test: TestActivityService = {
    ...service,
    store,
    signIn: (ownerId, envelope) =>
      service.publish(SessionCreatedSchema, { sessionId: randomUUIDv7() }, { ...by(ownerId), ...envelope }),
    async draft(ownerId) {
      const id = randomUUIDv7();
      const changes = [{ field: 'memo', newValue: 'Grüße "an" alle\n\u2028' }];
      await service.publish(
        InvoiceCreatedSchema,
        { invoice: { id, state: Invoice_State.DRAFT }, changes },
        by(ownerId),
      );
      return id;
    },
    send: (ownerId, id) =>
      service.publish(InvoiceSentSchema, { invoice: { id, state: Invoice_State.OPEN } }, by(ownerId)),
    deleteAccount: (ownerId) => service.publish(UserDeletedSchema, { userId: ownerId }, by(ownerId)),
    async account() {
      const ownerId = testUser().userId;
      await test.signIn(ownerId);
      await test.signIn(ownerId, { callerAddress: '2001:db8::9' });
      const changes = [{ field: 'name' }, { field: 'locale', oldValue: 'en', newValue: 'de' }];
      await service.publish(CustomerUpdatedSchema, { customer: { id: randomUUIDv7() }, changes }, by(ownerId));
      await test.send(ownerId, await test.draft(ownerId));
      return ownerId;
    },
    async tamper(statements) {
      await service.db.$client.unsafe(`set local session_replication_role = replica; ${statements}`);
    },
    async problemOf(ownerId) {
      const { problem } = await test.verify(ownerId);
      return problem && `${problem.kind} ${problem.sequence}`;
    },
    verify: (ownerId) => verifyChain(store, { ownerId, now: service.clock.now() }),
  };
  return test;
}
