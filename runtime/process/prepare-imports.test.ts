import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('a package is looked for once, however many files of the system import it', () => {
  const program = `
    import { registerHooks } from 'node:module';
    import { prepareImports } from './runtime/process/prepare-imports.ts';
    const asked = [];
    registerHooks({
      resolve(specifier, context, nextResolve) {
        asked.push(specifier);
        return nextResolve(specifier, context);
      },
    });
    prepareImports();
    for (const service of ['activity', 'invoice', 'stats', 'user']) await import(\`./services/\${service}/store/schema.ts\`);
    console.log(asked.filter((specifier) => specifier === 'drizzle-orm/pg-core').length);
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stdout: '1\n' });
});
