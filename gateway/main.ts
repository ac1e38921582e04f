import { prepareImports } from '../runtime/process/prepare-imports.ts';

prepareImports();
const { runGateway } = await import('./run-gateway.ts');
await runGateway();
