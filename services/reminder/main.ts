import { prepareImports } from '../../runtime/prepare-imports.ts';

prepareImports();
const { runService } = await import('../../runtime/run-service.ts');
const { reminderService } = await import('./service.ts');
await runService(reminderService);
