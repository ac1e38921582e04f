import { Cron } from 'croner';
import type { Clock } from '../clock.ts';
import { isDatabaseUnavailable } from '../database/postgres-error.ts';
import { codeOf } from '../events/failure-reason.ts';
import type { ServiceMetrics } from '../metrics/metrics.ts';
import { within } from '../within.ts';
import type { Logger } from './log.ts';
import type { Job } from './service.ts';

/** Longest run of a job; its signal is aborted after that. */
const RUN_TIMEOUT_MS = 60_000;
/** Longest wait for the runs under way when jobs are stopped. */
const STOP_TIMEOUT_MS = 5_000;

/** Jobs that wake by the clock. */
export interface RunningJobs {
  /** Starts no further run, aborts the signal of those under way and waits for them, for 5 s at most. */
  stop(): Promise<void>;
}

/** What jobs run with. */
export interface JobsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Pick<ServiceMetrics, 'jobRan'> | undefined;
}

/** Schedules jobs. A run that fails is logged, and the next one comes at its time. */
export function startJobs<Deps>(jobs: readonly Job<Deps>[], deps: Deps, options: JobsOptions): RunningJobs {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const crons = jobs.map(
    (job) =>
      new Cron(job.pattern, { utcOffset: 0, protect: true, unref: true }, async () => {
        const run = runJob(job, deps, options, stopping.signal);
        underWay.add(run);
        await run;
        underWay.delete(run);
      }),
  );
  return {
    async stop() {
      for (const cron of crons) cron.stop();
      stopping.abort();
      await within(STOP_TIMEOUT_MS, Promise.all(underWay));
    },
  };
}

async function runJob<Deps>(job: Job<Deps>, deps: Deps, options: JobsOptions, stop: AbortSignal): Promise<void> {
  const { clock, log, metrics } = options;
  const startMs = performance.now();
  const seconds = () => (performance.now() - startMs) / 1_000;
  try {
    await job.run(deps, clock.now(), AbortSignal.any([stop, AbortSignal.timeout(RUN_TIMEOUT_MS)]));
    metrics?.jobRan(job.name, true, seconds());
  } catch (err) {
    if (stop.aborted) return;
    metrics?.jobRan(job.name, false, seconds());
    // Until the database is back, every run of every job fails. One short line for each is enough.
    if (isDatabaseUnavailable(err)) log.warn({ job: job.name, code: codeOf(err) }, 'a job waits for the database');
    else log.error({ job: job.name, err }, 'job failed');
  }
}
