import { runService } from '../../runtime/run-service.ts';
import { statsService } from './service.ts';

await runService(statsService);
