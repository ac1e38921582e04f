import { pino } from 'pino';
import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { startJobs } from './jobs.ts';

test.each([
  [
    'that finds no database says so in short',
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    { level: 40, job: 'work', code: 'ECONNREFUSED', err: undefined, msg: 'a job waits for the database' },
  ],
  [
    'that fails tells why, for a bug report',
    new TypeError('a defect'),
    { level: 50, job: 'work', err: { message: 'a defect', stack: expect.any(String) }, msg: 'job failed' },
  ],
])('a job %s, and is run again', async (_, failure, expected) => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const run = () => Promise.reject(failure);
  const outcomes: [string, boolean][] = [];
  const metrics = { jobRan: (job: string, isDone: boolean) => void outcomes.push([job, isDone]) };
  const jobs = startJobs([{ name: 'work', pattern: '* * * * * *', run }], {}, { clock: systemClock, log, metrics });
  await waitUntil(() => lines.length > 1, { what: 'two runs' });
  await jobs.stop();
  expect(outcomes.slice(0, 2)).toEqual([
    ['work', false],
    ['work', false],
  ]);
  for (const line of lines) expect({ err: undefined, ...JSON.parse(line) }).toMatchObject(expected);
});
