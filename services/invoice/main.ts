import { runService } from '../../runtime/run-service.ts';
import { invoiceService } from './service.ts';

await runService(invoiceService);
