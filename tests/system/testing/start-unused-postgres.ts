import { postgresDirOf } from '../../../cli/environment.ts';
import type { EmbeddedPostgres } from '../../../runtime/embedded-postgres/embedded-postgres.ts';
import { askFixture } from '../../../runtime/testing/ask-fixture.ts';
import { startThrowAwayPostgres } from '../../../runtime/testing/throw-away-postgres.ts';

/** Starts a Postgres of a test's own that has the system's databases, migrated and empty, so that it need not make them. */
export async function startUnusedPostgres(): Promise<EmbeddedPostgres> {
  return startThrowAwayPostgres(postgresDirOf(await askFixture('unused-data')));
}
