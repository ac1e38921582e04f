import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PUBLIC_SERVICES } from '../../gateway/public-services.ts';
import type { EmbeddedPostgres } from '../../runtime/embedded-postgres/embedded-postgres.ts';
import { findRabbitmq } from '../../runtime/testing/rabbitmq.ts';
import { startEmptyPostgres } from '../../runtime/testing/start-empty-postgres.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { addCustomer, patient, signUp, templateOf } from './testing/api.ts';
import { type Business, openBusiness } from './testing/business.ts';
import { probe } from './testing/probe.ts';
import { beginSlowSignUp } from './testing/slow-sign-up.ts';
import { useNumer } from './testing/use-numer.ts';
import { walkFromSignUpToPaidInvoice } from './testing/walk.ts';

const PROCESSES = ['user', 'invoice', 'activity', 'notification', 'stats', 'reminder', 'gateway'];
/** The next process is killed each time so many more requests have been acknowledged. */
const KILL_EVERY = 12;

const amqpUrl = await findRabbitmq();

describe.skipIf(amqpUrl === undefined)('numer start --split, a process per service', () => {
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    postgres = await startEmptyPostgres();
  });
  afterAll(() => postgres.stop());
  const numer = useNumer(() => ({
    args: ['--split'],
    environment: { AMQP_URL: amqpUrl ?? '', DATABASE_URL: postgres.url('postgres'), LOG_LEVEL: '' },
  }));
  const url = () => numer().url;

  test('runs each service and the gateway in a process of its own', () => {
    expect([...numer().processes().keys()]).toEqual(PROCESSES);
  });

  test('logs warnings unless it is told otherwise, as in one process', () => {
    expect(numer().log).not.toContain('"level":30');
  });

  test('tells over gRPC, in each process, that it is well and what it serves', async () => {
    const ofGrpc = ['Health', 'v1.ServerReflection', 'v1alpha.ServerReflection'];
    for (const [name, processId] of numer().processes()) {
      const { check, watch, services } = await probe(`http://127.0.0.1:${variableOf(processId, 'PORT')}`);
      expect([name, check, watch]).toEqual([name, 'SERVING', 'SERVING']);
      expect(services.filter((service) => ofGrpc.some((known) => service.endsWith(known)))).toHaveLength(3);
      const own = [...PUBLIC_SERVICES].filter(([, process]) => name === 'gateway' || process === name);
      expect(services).toEqual(expect.arrayContaining(own.map(([{ typeName }]) => typeName)));
    }
  });

  test('serves the walk from sign-up to a paid invoice, and everything that follows from it, once', async () => {
    await walkFromSignUpToPaidInvoice(url);
  });

  test('mails an account holder what a customer answers, which the notification service asks the others for', async () => {
    const owner = await signUp(url);
    const { id } = await owner.post('/quotes', { invoice: templateOf(await addCustomer(owner)) });
    const { number } = await owner.post(`/quotes/${id}/send`, {});
    await waitUntil(async () => (await owner.list('/notifications?state=SENT', 'notifications')).length === 1);
    const path = (await owner.get(`/document-links/${id}`)).url;
    await fetch(url() + path, { method: 'POST', body: new URLSearchParams({ answer: 'accept' }), redirect: 'manual' });
    await waitUntil(() =>
      numer()
        .mailFiles()
        .map((name) => readFileSync(join(numer().dataDir, 'mail', name), 'utf8'))
        .some((mail) => mail.includes(`Subject: Quote ${number} was accepted by Ada Bakery`)),
    );
  });

  test('loses nothing acknowledged and repeats nothing when each process in turn is killed', async () => {
    const mailsBefore = numer().mailFiles().length;
    const businesses = await Promise.all([openBusiness(url, patient), openBusiness(url, patient)]);
    const acknowledged = () => businesses.reduce((sum, business) => sum + business.acknowledged, 0);
    let isOver = false;
    const killEach = async () => {
      for (const [index, [name, processId]] of [...numer().processes()].entries()) {
        await waitUntil(() => acknowledged() >= (index + 1) * KILL_EVERY, { timeoutMs: 30_000 });
        process.kill(processId, 'SIGKILL');
        await waitUntil(() => numer().processes().get(name) !== processId, {
          what: `the ${name} process to be started again`,
        });
      }
      isOver = true;
    };
    await Promise.all([...businesses.map((business) => handleInvoicesUntil(business, () => isOver)), killEach()]);

    await Promise.all(businesses.map((business) => business.expectNothingLostOrRepeated()));
    const mails = businesses.reduce((sum, business) => sum + business.mails, 0);
    expect(numer().mailFiles()).toHaveLength(mailsBefore + mails);
  }, 150_000);

  test('has a channel to each process, so that all of them end when it is killed itself', () => {
    for (const processId of numer().processes().values()) {
      const channel = readlinkSync(`/proc/${processId}/fd/${variableOf(processId, 'NODE_CHANNEL_FD')}`);
      expect(channel).toMatch(/^socket:/);
    }
  });

  test('answers a request that arrives slowly while it stops: the services end after the gateway', async () => {
    const late = await beginSlowSignUp(url());
    const [answer, exitCode] = await Promise.all([late.finish(), numer().stop()]);
    expect(answer).toMatch(/^HTTP\/1\.1 201 .*late@example\.com/s);
    expect(exitCode).toBe(0);
    expect([...numer().processes().values()].filter(isAlive)).toEqual([]);
  });
});

async function handleInvoicesUntil(business: Business, isOver: () => boolean): Promise<void> {
  do await business.handleInvoice();
  while (!isOver());
}

/** A variable of the environment that a process was started with. */
function variableOf(processId: number, name: string): string {
  const variables = readFileSync(`/proc/${processId}/environ`, 'utf8').split('\0');
  return variables.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
