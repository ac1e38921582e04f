import type { Backlog } from '../events/backlog.ts';
import type { ServiceName } from '../process/service.ts';

/** The metrics of a process, for whoever operates it. None of them names an account. */
export interface Metrics {
  /** A request to the gateway is over. */
  requestAnswered(request: AnsweredRequest): void;
  /** The metrics of one of the services in the process. */
  ofService(service: ServiceName): ServiceMetrics;
  /** Sets how to count the messages that RabbitMQ gave up. Called whenever somebody reads the metrics; may reject. */
  watchDeadMessages(read: () => Promise<number>): void;
}

/** A request as it is counted. */
export interface AnsweredRequest {
  /** Method as the caller sent it. */
  readonly method: string;
  /** Template of the path, e.g. `/invoices/{invoice_id}`, or the path of an RPC; empty for what has no route. */
  readonly route: string;
  /** HTTP status; 0 when the caller did not wait for the answer: it left, or its own deadline passed. */
  readonly status: number;
  readonly seconds: number;
}

/** The metrics of a service. */
export interface ServiceMetrics {
  /** A call is over: `numer.invoice.v1.InvoiceService/GetInvoice`, and the name of its gRPC code, `OK` or e.g. `NotFound`. */
  callAnswered(rpc: string, code: string, seconds: number): void;
  /** The bus has taken events. */
  eventsPublished(count: number): void;
  /** Events took effect, this many seconds after they happened. */
  eventsApplied(lagsSeconds: readonly number[]): void;
  /** Events could not be applied, and are tried again or became dead letters. */
  eventsFailed(count: number): void;
  /** A run of a job is over. */
  jobRan(job: string, isDone: boolean, seconds: number): void;
  /** An attempt to deliver a mail or webhook is over. `outcome` is one of a few words. */
  deliveryAttempted(channel: 'mail' | 'webhook', outcome: string): void;
  /** Sets how to read the backlog. Called whenever somebody reads the metrics; may reject. */
  watchBacklog(read: () => Promise<Backlog>): void;
}
