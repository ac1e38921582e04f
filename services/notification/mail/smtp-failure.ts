import type { Outcome } from '../domain/decide-next.ts';
import { describeFailure } from '../domain/failure-reasons.ts';
import { shorten, toOneLine } from '../domain/mail.ts';

/** What the mail library says about a failure. */
export interface SmtpFailure {
  /** The library's code, e.g. `ESOCKET`. */
  readonly code?: string | undefined;
  /** The code that the system gave, e.g. `ECONNREFUSED`. */
  readonly originalCode?: string | undefined;
  /** The server's reply, when there was one, and its number. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
}

/** How far a mail had come: no server was reached yet, the server was asked to take it, or its content was on its way. */
export type Progress = 'connecting' | 'asking' | 'handing-over';

const REPLY_LENGTH_MAX = 300;
/** The server is going away, whatever it was asked (RFC 5321, 3.8). */
const SERVICE_CLOSING = 421;
/** Commands came in a wrong order, which says nothing about the mail. */
const BAD_SEQUENCE = 503;
/** Codes for what the library itself finds wrong with a mail. */
const UNUSABLE = new Set(['EENVELOPE', 'EMESSAGE']);
/** Codes for a connection that failed or broke. */
const BROKEN = new Set(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EDNS', 'ETLS', 'EPROTOCOL']);

/**
 * What a failure means for the mail. Only a reply to a mail is the server's judgement on it. What the server says while
 * connecting, e.g. about wrong credentials, is a matter of the configuration and lets all mail wait.
 */
export function outcomeOfFailure(failure: SmtpFailure, progress: Progress): Outcome {
  const { code = '', responseCode = 0 } = failure;
  const detail = [failure.originalCode ?? code, responseCode === 0 ? '' : String(responseCode)].join(' ').trim();
  if (progress === 'connecting') return { kind: 'unreachable', reason: describeFailure('unusableServer', detail) };
  if (responseCode === SERVICE_CLOSING) return { kind: 'unreachable', reason: replyOf(failure) };
  if (responseCode >= 400) {
    const isPermanent = responseCode >= 500 && responseCode !== BAD_SEQUENCE;
    return { kind: isPermanent ? 'refused' : 'deferred', reason: replyOf(failure) };
  }
  if (progress === 'handing-over') return { kind: 'unknown', reason: describeFailure('unanswered', detail) };
  if (UNUSABLE.has(code)) return { kind: 'refused', reason: describeFailure('unsendable', detail) };
  if (BROKEN.has(code)) return { kind: 'unreachable', reason: describeFailure('connectionBroke', detail) };
  return { kind: 'deferred', reason: describeFailure('notSent') };
}

function replyOf({ response = '' }: SmtpFailure): string {
  return shorten(toOneLine(response), REPLY_LENGTH_MAX);
}
