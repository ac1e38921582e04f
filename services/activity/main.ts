import { prepareImports } from '../../runtime/process/prepare-imports.ts';

prepareImports();
const { runService } = await import('../../runtime/process/run-service.ts');
const { activityService } = await import('./service.ts');
await runService(activityService);
