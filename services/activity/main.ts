import { runService } from '../../runtime/run-service.ts';
import { activityService } from './service.ts';

await runService(activityService);
