import { prepareImports } from '../prepare-imports.ts';

/** Each test file has a process of its own, which imports everything anew. */
prepareImports();
