import { runService } from '../../runtime/run-service.ts';
import { userService } from './service.ts';

await runService(userService);
