import { runService } from '../../runtime/run-service.ts';
import { reminderService } from './service.ts';

await runService(reminderService);
