import { prepareImports } from '../../runtime/prepare-imports.ts';

prepareImports();
const { runService } = await import('../../runtime/run-service.ts');
const { userService } = await import('./service.ts');
await runService(userService);
