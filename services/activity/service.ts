import { ActivityService } from '../../gen/numer/activity/v1/activity_service_pb.ts';
import { implement } from '../../runtime/call/call.ts';
import { eraseAccounts } from '../../runtime/erasure.ts';
import { defineService } from '../../runtime/process/service.ts';
import { onAnyEvent } from './consumers/on-any-event.ts';
import { createDeps } from './deps.ts';
import { eraseAddresses } from './jobs/erase-addresses.ts';
import { listActivityChain } from './rpc/list-activity-chain.ts';
import { listInvoiceActivities } from './rpc/list-invoice-activities.ts';
import { listUserActivities } from './rpc/list-user-activities.ts';
import { verifyActivities } from './rpc/verify-activities.ts';

/** The activity service: the audit trail, written from the events of all services and read by the users it is about. */
export const activityService = defineService({
  name: 'activity',
  migrations: new URL('./migrations/', import.meta.url),
  config: {},
  events: [],
  createDeps,
  routes(router, deps) {
    router.service(
      ActivityService,
      implement(ActivityService, deps, {
        listInvoiceActivities,
        listUserActivities,
        listActivityChain,
        verifyActivities,
      }),
    );
  },
  consumers: [onAnyEvent],
  jobs: [eraseAccounts, eraseAddresses],
});
