import type { AnyServiceDefinition } from '../runtime/process/service.ts';
import { activityService } from '../services/activity/service.ts';
import { invoiceService } from '../services/invoice/service.ts';
import { notificationService } from '../services/notification/service.ts';
import { reminderService } from '../services/reminder/service.ts';
import { statsService } from '../services/stats/service.ts';
import { userService } from '../services/user/service.ts';

/** All services of the system. */
export const SERVICES: readonly AnyServiceDefinition[] = [
  userService,
  invoiceService,
  activityService,
  notificationService,
  statsService,
  reminderService,
];
