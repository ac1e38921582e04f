import { prepareImports } from '../runtime/prepare-imports.ts';

prepareImports();
const { runGateway } = await import('./run-gateway.ts');
await runGateway();
