import type { TestProject } from 'vitest/node';
import { type FixtureHost, openFixtureHost } from './fixture-host.ts';
import { startThrowAwayPostgres } from './throw-away-postgres.ts';

let host: FixtureHost | undefined;

/** Called by vitest before a run. */
export async function setup(project: TestProject): Promise<void> {
  host = await openFixtureHost({ postgres: startPostgresFixture });
  project.provide('fixtureSocket', host.socketPath);
}

/** Called by vitest after a run, an interrupted one included. */
export async function teardown(): Promise<void> {
  await host?.close();
}

async function startPostgresFixture() {
  const server = await startThrowAwayPostgres();
  return { answer: () => server.url('postgres'), stop: server.stop };
}
