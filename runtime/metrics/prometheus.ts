import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Backlog } from '../events/backlog.ts';
import type { ServiceName } from '../process/service.ts';
import { within } from '../within.ts';
import type { Metrics } from './metrics.ts';

/** Metrics that Prometheus can read. */
export interface PrometheusMetrics extends Metrics {
  /** The media type of {@link PrometheusMetrics.read}. */
  readonly contentType: string;
  /** All of them in Prometheus's text format. */
  read(): Promise<string>;
}

/** A value that takes longer to look up is left out this time. */
const BACKLOG_TIMEOUT_MS = 2_000;

/** Upper bounds of the histogram buckets, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A caller may send any word as method, and each would be a time series. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Keeps the metrics of a process in memory, along with the library's own metrics of Node. Requests and calls are named
 * as in the semantic conventions of OpenTelemetry.
 */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Requests to the gateway, by how long they took.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: BUCKETS,
    registers,
  });
  const calls = new Histogram({
    name: 'rpc_server_call_duration_seconds',
    help: 'Calls of RPCs of a service, by how long they took.',
    labelNames: ['service', 'rpc_method', 'rpc_response_status_code'],
    buckets: BUCKETS,
    registers,
  });
  const published = new Counter({
    name: 'numer_events_published_total',
    help: 'Events that the bus has taken from the outbox of a service.',
    labelNames: ['service'],
    registers,
  });
  const applied = new Histogram({
    name: 'numer_event_lag_seconds',
    help: 'Events that had their effect in a service, by how long after they happened.',
    labelNames: ['service'],
    buckets: BUCKETS,
    registers,
  });
  const failed = new Counter({
    name: 'numer_events_failed_total',
    help: 'Attempts to apply an event that failed.',
    labelNames: ['service'],
    registers,
  });
  const jobs = new Histogram({
    name: 'numer_job_duration_seconds',
    help: 'Runs of jobs, by how long they took; outcome is done or failed.',
    labelNames: ['service', 'job', 'outcome'],
    buckets: BUCKETS,
    registers,
  });
  const deliveries = new Counter({
    name: 'numer_delivery_attempts_total',
    help: 'Attempts to deliver a mail or webhook, by what came of them.',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const backlogs = createBacklogs(registers);
  const deadMessages = createDeadMessages(registers);

  return {
    contentType: registry.contentType,
    async read() {
      await Promise.all([backlogs.update(), deadMessages.update()]);
      return registry.metrics();
    },
    requestAnswered({ method, route, status, seconds }) {
      requests.observe(
        {
          http_request_method: METHODS.has(method) ? method : '_OTHER',
          http_route: route,
          http_response_status_code: status,
        },
        seconds,
      );
    },
    ofService(service) {
      const ofService = { service };
      return {
        callAnswered: (rpc, code, seconds) =>
          calls.observe({ service, rpc_method: rpc, rpc_response_status_code: code }, seconds),
        eventsPublished: (count) => published.inc(ofService, count),
        eventsApplied(lagsSeconds) {
          for (const seconds of lagsSeconds) applied.observe(ofService, seconds);
        },
        eventsFailed: (count) => failed.inc(ofService, count),
        jobRan: (job, isDone, seconds) => jobs.observe({ service, job, outcome: isDone ? 'done' : 'failed' }, seconds),
        deliveryAttempted: (channel, outcome) => deliveries.inc({ channel, outcome }),
        watchBacklog: (read) => backlogs.watch(service, read),
      };
    },
    watchDeadMessages: deadMessages.watch,
  };
}

/** The gauges of the backlogs, looked up when they are read. */
function createBacklogs(registers: Registry[]) {
  const gaugeOf = (name: string, help: string) => new Gauge({ name, help, labelNames: ['service'], registers });
  const gauges: Readonly<Record<keyof Backlog, Gauge<'service'>>> = {
    waiting: gaugeOf('numer_outbox_events', 'Events that wait in the outbox of a service, up to 10,000.'),
    oldestSeconds: gaugeOf('numer_outbox_oldest_event_age_seconds', 'Age of the oldest event in the outbox.'),
    retrying: gaugeOf('numer_events_retrying', 'Events that failed in a service and are tried again, up to 10,000.'),
    deadLetters: gaugeOf('numer_dead_letters', 'Dead letters of a service, up to 10,000.'),
  };
  const reads = new Map<ServiceName, () => Promise<Backlog>>();
  const updateOne = async (service: ServiceName, read: () => Promise<Backlog>) => {
    const backlog = await within(BACKLOG_TIMEOUT_MS, read()).catch(() => undefined);
    // No value is better than an old one.
    for (const gauge of Object.values(gauges)) gauge.remove({ service });
    if (backlog === undefined) return;
    gauges.waiting.set({ service }, backlog.waiting);
    gauges.oldestSeconds.set({ service }, backlog.oldestSeconds);
    gauges.retrying.set({ service }, backlog.retrying);
    gauges.deadLetters.set({ service }, backlog.deadLetters);
  };
  return {
    watch(service: ServiceName, read: () => Promise<Backlog>) {
      reads.set(service, read);
    },
    async update() {
      await Promise.all([...reads].map(([service, read]) => updateOne(service, read)));
    },
  };
}

/** The gauge of the messages that RabbitMQ gave up, which all processes share; looked up when it is read. */
function createDeadMessages(registers: Registry[]) {
  const gauge = new Gauge({
    name: 'numer_rabbitmq_dead_messages',
    help: 'Messages that RabbitMQ gave up, of all services.',
    registers,
  });
  let read: (() => Promise<number>) | undefined;
  return {
    watch(given: () => Promise<number>) {
      read = given;
    },
    async update() {
      const count = read && (await within(BACKLOG_TIMEOUT_MS, read()).catch(() => undefined));
      // As above; and none where there is no RabbitMQ.
      gauge.remove();
      if (count !== undefined) gauge.set(count);
    },
  };
}
