import { prepareImports } from '../../runtime/prepare-imports.ts';

prepareImports();
const { runService } = await import('../../runtime/run-service.ts');
const { invoiceService } = await import('./service.ts');
await runService(invoiceService);
