import { randomUUIDv7 } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { and, asc, eq } from 'drizzle-orm';
import { file_numer_notification_v1_webhook_endpoint_events } from '../../../gen/numer/notification/v1/webhook_endpoint_events_pb.ts';
import type { WebhookEndpoint, WebhookEndpointSchema } from '../../../gen/numer/notification/v1/webhook_endpoint_pb.ts';
import { WebhookService } from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import { CustomerCreatedSchema } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import type { Identity } from '../../../runtime/call/identity.ts';
import { topicOf } from '../../../runtime/events/event.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import { readConfig } from '../../../runtime/process/config.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents, type WrittenEvent } from '../../../runtime/testing/written-events.ts';
import { NOTIFICATION_CONFIG } from '../config.ts';
import { createDeps, type Deps } from '../deps.ts';
import { deliverDueWebhooks } from '../jobs/deliver-webhooks.ts';
import { notificationService } from '../service.ts';
import { webhookDeliveries, webhookEndpoints } from '../store/webhook-schema.ts';
import type { Targets } from '../webhook/webhook-url.ts';
import { asNobody, toNoCall, toNoService } from './to-no-service.ts';
import { WEBHOOK_KEY } from './webhook-key.ts';

type UserIdentity = Extract<Identity, { kind: 'user' }>;
type EndpointInit = Exclude<MessageInitShape<typeof WebhookEndpointSchema>, { readonly $typeName: string }>;

/** An endpoint, its owner and its secret. */
export interface TestEndpoint {
  readonly user: UserIdentity;
  readonly id: string;
  readonly secret: string;
  readonly webhookEndpoint: WebhookEndpoint;
}

/** The service without its relay and jobs: events stay in the outbox, and webhooks are posted when a test says so. */
export interface WebhooksTestService extends TestService {
  /** What a replica of the service works with. */
  newReplica(): Promise<Deps>;
  webhooks(user: Identity | undefined, headers?: Readonly<Record<string, string>>): ReturnType<typeof clientOf>;
  /** Adds an endpoint, of a new user unless one is given. */
  newEndpoint(endpoint?: EndpointInit, user?: UserIdentity): Promise<TestEndpoint>;
  /** Applies as many events of an account as asked for, and gives their ids. */
  happen(ownerId: string, times?: number): Promise<string[]>;
  /** Posts the webhooks that are due, as a replica does every second. */
  deliver(deps?: Deps): Promise<void>;
  endpointRow(id: string): Promise<typeof webhookEndpoints.$inferSelect>;
  /** The deliveries to an endpoint, oldest event first. */
  deliveryRows(endpointId: string): Promise<(typeof webhookDeliveries.$inferSelect)[]>;
  deliveryRow(endpointId: string, id: string): Promise<typeof webhookDeliveries.$inferSelect>;
  /** The events of endpoints that were written for an owner. */
  eventsOf(ownerId: string): Promise<WrittenEvent[]>;
}

/** An event that only webhooks are interested in. */
export function customerCreated(ownerId: string, time: Date) {
  const message = create(CustomerCreatedSchema, { customer: { id: ownerId, name: 'Grace' } });
  return {
    id: randomUUIDv7(),
    type: message.$typeName,
    topic: topicOf(CustomerCreatedSchema),
    source: 'user',
    subject: ownerId,
    version: 1n,
    ownerId,
    actor: `user:${ownerId}`,
    requestId: 'request-1',
    callerAddress: undefined,
    traceparent: undefined,
    time,
    message,
  };
}

function clientOf(service: TestService, user: Identity | undefined, headers?: Readonly<Record<string, string>>) {
  return service.client(WebhookService, user, headers);
}

/** Starts the service. Webhooks may go to loopback unless `targets` says otherwise. Stop it in `afterAll`. */
export async function startWebhooks(targets: Targets = 'any'): Promise<WebhooksTestService> {
  const environment = { ...WEBHOOK_KEY, SMTP_URL: 'smtp://127.0.0.1:1', WEBHOOK_TARGETS: targets };
  const service = await startTestService(notificationService, { environment });
  const { db, clock } = service;
  const newReplica = () =>
    createDeps(
      {
        db,
        clock,
        log: silentLog(),
        transportTo: toNoService,
        callAsService: asNobody,
        callAsReader: asNobody,
        callFor: toNoCall,
      },
      readConfig(NOTIFICATION_CONFIG, environment),
    );
  const own = await newReplica();
  return {
    ...service,
    newReplica,
    webhooks: (user, headers) => clientOf(service, user, headers),
    async newEndpoint(endpoint = {}, user = testUser()) {
      const url = targets === 'any' ? 'http://127.0.0.1:1/' : 'https://example.com/';
      const answer = await clientOf(service, user).createWebhookEndpoint({ webhookEndpoint: { url, ...endpoint } });
      const { webhookEndpoint, secret } = answer;
      if (webhookEndpoint === undefined) throw new Error('the answer has no endpoint');
      return { user, id: webhookEndpoint.id, secret, webhookEndpoint };
    },
    async happen(ownerId, times = 1) {
      const batch = Array.from({ length: times }, () => customerCreated(ownerId, clock.now()));
      const consumer = notificationService.consumers.find(({ events }) => events.includes(CustomerCreatedSchema));
      await consumer?.apply(own, batch);
      return batch.map(({ id }) => id);
    },
    deliver: (deps = own) => deliverDueWebhooks(deps, new AbortController().signal),
    async endpointRow(id) {
      const [row] = await db.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id));
      if (row === undefined) throw new Error(`there is no endpoint ${id}`);
      return row;
    },
    deliveryRows: (endpointId) =>
      db
        .select()
        .from(webhookDeliveries)
        .where(eq(webhookDeliveries.endpointId, endpointId))
        .orderBy(asc(webhookDeliveries.id)),
    async deliveryRow(endpointId, id) {
      const [row] = await db
        .select()
        .from(webhookDeliveries)
        .where(and(eq(webhookDeliveries.endpointId, endpointId), eq(webhookDeliveries.id, id)));
      if (row === undefined) throw new Error(`there is no delivery ${id}`);
      return row;
    },
    eventsOf: (ownerId) =>
      readWrittenEvents(db, [file_numer_notification_v1_webhook_endpoint_events], eq(outbox.ownerId, ownerId)),
  };
}
