import { prepareImports } from '../../runtime/prepare-imports.ts';

prepareImports();
const { runService } = await import('../../runtime/run-service.ts');
const { notificationService } = await import('./service.ts');
await runService(notificationService);
