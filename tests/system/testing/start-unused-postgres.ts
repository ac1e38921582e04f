import { postgresDirOf } from '../../../cli/environment.ts';
import type { EmbeddedPostgres } from '../../../runtime/embedded-postgres/embedded-postgres.ts';
import { askFixture } from '../../../runtime/testing/ask-fixture.ts';
import { startThrowAwayPostgres } from '../../../runtime/testing/throw-away-postgres.ts';

/** Starts a Postgres for one test, with the databases of the system migrated and empty, so that the system need not create them. */
export async function startUnusedPostgres(): Promise<EmbeddedPostgres> {
  return startThrowAwayPostgres(postgresDirOf(await askFixture('unused-data')));
}
