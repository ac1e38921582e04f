import { describe, expect, test } from 'vitest';
import { files, readText } from './repository.ts';

const services = [...new Set(files.flatMap((path) => /^services\/([^/]+)\//.exec(path)?.[1] ?? []))];
const migrationFolders = [...new Set(files.flatMap((path) => /^(.*\/migrations)\//.exec(path)?.[1] ?? []))];

describe('services', () => {
  test('there are the six of the design', () => {
    expect(services.toSorted()).toEqual(['activity', 'invoice', 'notification', 'reminder', 'stats', 'user']);
  });

  test.each(services)('%s can be run alone and is defined in one place', (service) => {
    expect(files).toContain(`services/${service}/main.ts`);
    expect(files).toContain(`services/${service}/service.ts`);
  });

  test.each(services)('%s has a package of contracts', (service) => {
    expect(files.some((path) => path.startsWith(`proto/numer/${service}/v1/`))).toBe(true);
  });

  test.each(services)('%s has a test beside every RPC', (service) => {
    const rpcs = files.filter((path) => path.startsWith(`services/${service}/rpc/`) && !path.endsWith('.test.ts'));
    const tested = (path: string): boolean =>
      ['.test.ts', '.db.test.ts'].some((suffix) => files.includes(path.replace(/\.ts$/, suffix)));
    expect(rpcs.filter((path) => !tested(path))).toEqual([]);
  });
});

describe('migrations', () => {
  test.each(migrationFolders)('%s are numbered without gaps and named by intent', (folder) => {
    const names = files
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1))
      .toSorted();
    expect(names.filter((name) => !/^\d{4}_[a-z0-9]+(_[a-z0-9]+)+\.sql$/.test(name))).toEqual([]);
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
  });

  test.each(migrationFolders)('%s only go forward', (folder) => {
    const backward = files
      .filter((path) => path.startsWith(`${folder}/`))
      .filter((path) => /^\s*(begin|commit|rollback)\s*;/im.test(readText(path)));
    expect(backward, 'the migrator opens and ends the transaction').toEqual([]);
  });
});
