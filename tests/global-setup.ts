import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { findChromiumProgram } from '../runtime/testing/chromium.ts';
import { type Fixture, type FixtureHost, openFixtureHost } from '../runtime/testing/fixture-host.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { startThrowAwayPostgres } from '../runtime/testing/throw-away-postgres.ts';
import { findRabbitmqProgram, startThrowAwayRabbitmq } from '../runtime/testing/throw-away-rabbitmq.ts';
import { startSharedNumer } from './system/testing/shared-numer.ts';
import { makeUnusedData } from './system/testing/unused-data.ts';

/** Where Linux keeps files in memory. */
const MEMORY_DIR = '/dev/shm';
/** Several times what a run has at once. */
const MEMORY_BYTES_MIN = 4 * 1024 ** 3;

let host: FixtureHost | undefined;
let isRabbitmqMissed = false;
let isChromiumMissed = false;

/** Called by vitest before a run, once for each project: benchmarks are one beside the tests. */
export async function setup(project: TestProject): Promise<void> {
  if (hasRoomInMemory()) keepFilesInMemory();
  host ??= await openFixtureHost({
    postgres: startPostgres,
    'empty-postgres': makeEmptyPostgres,
    rabbitmq: startRabbitmq,
    'rabbitmq-program': offerRabbitmqProgram,
    'chromium-program': offerChromiumProgram,
    'unused-data': makeUnusedData,
    numer: startSharedNumer,
  });
  project.provide('fixtureSocket', host.socketPath);
}

/** Called by vitest after a run, as often. An interrupted one is cleaned up by the fixtures' own watchers. */
export async function teardown(): Promise<void> {
  const open = host;
  host = undefined;
  if (open === undefined) return;
  await open.close();
  if (isRabbitmqMissed) {
    const what = givenRabbitmq() === '' ? 'The RabbitMQ tests' : 'The tests of RabbitMQ outages';
    process.stderr.write(
      `\n*** ${what} were SKIPPED: no broker is installed on this machine. ***\n` +
        'Install one (Debian and Ubuntu: apt-get install rabbitmq-server, macOS: brew install rabbitmq), or let ' +
        'AMQP_TEST_URL name one, which serves all but the tests of outages. REQUIRE_RABBITMQ=1 makes its absence a ' +
        'failure.\n\n',
    );
  }
  if (isChromiumMissed) {
    process.stderr.write(
      '\n*** The browser tests were SKIPPED: no Chromium is installed on this machine. ***\n' +
        'Install one (Debian: apt-get install chromium, macOS: brew install --cask chromium). REQUIRE_CHROMIUM=1 makes its ' +
        'absence a failure.\n\n',
    );
  }
}

/** Tests make and remove hundreds of databases, which is much work for a disk, and none is kept. */
function keepFilesInMemory(): void {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache'); // What is kept.
  process.env.TMPDIR ??= MEMORY_DIR;
}

function hasRoomInMemory(): boolean {
  if (!existsSync(MEMORY_DIR)) return false;
  const { bavail, bsize } = statfsSync(MEMORY_DIR);
  return bavail * bsize >= MEMORY_BYTES_MIN;
}

async function offerChromiumProgram(): Promise<Fixture> {
  const program = findChromiumProgram();
  if (program === undefined && process.env.REQUIRE_CHROMIUM === '1') {
    throw new Error('Chromium is not installed, and REQUIRE_CHROMIUM=1 asks for it.');
  }
  isChromiumMissed ||= program === undefined;
  return answering(program ?? '');
}

async function startPostgres(): Promise<Fixture> {
  const server = await startThrowAwayPostgres();
  return { answer: () => server.url('postgres'), stop: server.stop };
}

/** The data directory of a server that was started once and never used. */
async function makeEmptyPostgres(): Promise<Fixture> {
  const scratch = makeScratchDir('numer-test-empty');
  await (await startEmbeddedPostgres({ dataDir: scratch.path, durable: false })).stop();
  return { answer: () => scratch.path, stop: async () => scratch.remove() };
}

async function startRabbitmq(): Promise<Fixture> {
  const given = givenRabbitmq();
  if (given !== '') return answering(given);
  const program = (await offerRabbitmqProgram()).answer();
  if (program === '') return answering('');
  const broker = await startThrowAwayRabbitmq(program);
  return { answer: broker.nextUrl, stop: broker.remove };
}

async function offerRabbitmqProgram(): Promise<Fixture> {
  const program = findRabbitmqProgram();
  if (program === undefined && process.env.REQUIRE_RABBITMQ === '1' && givenRabbitmq() === '') {
    throw new Error('RabbitMQ is not installed, and REQUIRE_RABBITMQ=1 asks for it. AMQP_TEST_URL can name a broker.');
  }
  isRabbitmqMissed ||= program === undefined;
  return answering(program ?? '');
}

function givenRabbitmq(): string {
  return process.env.AMQP_TEST_URL ?? '';
}

function answering(answer: string): Fixture {
  return { answer: () => answer, stop: async () => undefined };
}
