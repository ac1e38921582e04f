import { runService } from '../../runtime/run-service.ts';
import { notificationService } from './service.ts';

await runService(notificationService);
