import { prepareImports } from '../process/prepare-imports.ts';

/** Test files share a few processes, each of which imports everything once. */
prepareImports();
