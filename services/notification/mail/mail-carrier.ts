import type { Outcome } from '../domain/decide-next.ts';

/** A mail with everything that its header needs. */
export interface OutgoingMail {
  /** Id of the notification; the Message-ID follows from it, so it stays the same when the mail is sent again. */
  readonly id: string;
  /** The one address that it goes to. */
  readonly recipient: string;
  /** For a copy: the id of the mail that it copies, whose Message-ID it has, and the address that this mail is to. */
  readonly copy?: { readonly of: string; readonly addressee: string } | undefined;
  /** The addresses in its Cc header, whether it is a copy or not. */
  readonly ccEmails?: readonly string[];
  /** Name shown as the sender; empty for that of the system. */
  readonly senderName: string;
  /** Where replies go, if it is an address; otherwise to the address of the system. */
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The document that the mail is about. */
  readonly attachment?:
    | { readonly fileName: string; readonly contentType: string; readonly data: Uint8Array }
    | undefined;
  readonly date: Date;
  /** Whether only the recipient may read it, even where mails are caught. */
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
  /** Hands over a mail and gives the outcome. Never rejects, and takes at most {@link SEND_TIMEOUT_MS} in all. */
  send(mail: OutgoingMail): Promise<Outcome>;
  close(): void;
}

/** The longest time that handing over a mail takes, connecting included. */
export const SEND_TIMEOUT_MS = 90_000;
