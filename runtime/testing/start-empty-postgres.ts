import type { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts';
import { askFixture } from './ask-fixture.ts';
import { startThrowAwayPostgres } from './throw-away-postgres.ts';

/**
 * Starts a Postgres for one test, without data. It is a copy of one that was made for all tests, because to make one takes longer than
 * everything else that many of them do.
 */
export async function startEmptyPostgres(): Promise<EmbeddedPostgres> {
  return startThrowAwayPostgres(await askFixture('empty-postgres'));
}
