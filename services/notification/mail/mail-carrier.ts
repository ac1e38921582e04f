import type { Outcome } from '../domain/decide-next.ts';

/** A mail with all that its header needs. */
export interface OutgoingMail {
  /** Id of the notification; the Message-ID follows from it, so it stays the same when the mail is sent again. */
  readonly id: string;
  /** The one mail address that it goes to. */
  readonly recipient: string;
  /** Of a copy: the mail that it is of, whose Message-ID it has, and the address that this is to. */
  readonly copy?: { readonly of: string; readonly addressee: string } | undefined;
  /** Who stands in it as getting copies, whether it is one or not. */
  readonly ccEmails?: readonly string[];
  /** Name shown as the sender; empty for that of the system. */
  readonly senderName: string;
  /** Where answers go, if it is an address; otherwise that of the system. */
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The document that the mail is about. */
  readonly attachment?:
    | { readonly fileName: string; readonly contentType: string; readonly data: Uint8Array }
    | undefined;
  readonly date: Date;
  /** Whether it holds what nobody but the recipient may read, where mails are caught. */
  readonly isSecret?: boolean;
}

/** A way for mail to leave. */
export interface MailCarrier {
  /** Whether handing over the same mail twice is as good as once. */
  readonly isRepeatable: boolean;
  /** How many sessions one replica may have at once. Their mails are claimed and settled together. */
  readonly sessionsMax: number;
  /** Begins a session. Nothing is connected before the first mail. */
  open(): MailSession;
}

/** A session that takes mails one after the other. */
export interface MailSession {
  /** Hands over a mail and tells what came of it. It never rejects and takes at most {@link SEND_TIMEOUT_MS} in all. */
  send(mail: OutgoingMail): Promise<Outcome>;
  close(): void;
}

/** The longest time that handing over a mail takes, connecting included. */
export const SEND_TIMEOUT_MS = 90_000;
