import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, { type AuthenticationType, type Options } from 'nodemailer/lib/smtp-connection';
import type { Mailbox } from '../config.ts';
import type { Outcome } from '../domain/decide-next.ts';
import { taggedAddress } from './bounce-address.ts';
import { composeMessage } from './compose-message.ts';
import { type MailCarrier, type MailSession, type OutgoingMail, SEND_TIMEOUT_MS } from './mail-carrier.ts';
import { outcomeOfFailure, type SmtpFailure } from './smtp-failure.ts';

/** Bounds of single steps; SEND_TIMEOUT_MS bounds them together. The URL may name others as query parameters. */
const STEP_TIMEOUTS: Options = {
  connectionTimeout: 15_000,
  dnsTimeout: 10_000,
  greetingTimeout: 15_000,
  socketTimeout: 60_000,
};

/** Mail servers take few connections from one client. */
const CONNECTIONS_MAX = 5;

/** Who mail comes from. */
interface Sender {
  readonly from: Mailbox;
  /** Where reports about mails go; empty for the sender. */
  readonly bounceAddress: string;
}

/** Where the server is, and the account to use, if any. */
interface Server {
  readonly options: Options;
  readonly auth: AuthenticationType | undefined;
}

/**
 * Hands mail to an SMTP server. Each session is one connection of the mail library, used for one mail after the other;
 * the library's own pool does not tell whether the content of a mail was on its way when a connection broke.
 */
export function createSmtpCarrier(smtpUrl: string, sender: Sender): MailCarrier {
  const { auth, ...options } = parseConnectionUrl(smtpUrl);
  const server = { auth, options: { ...STEP_TIMEOUTS, ...options } };
  return { isRepeatable: false, sessionsMax: CONNECTIONS_MAX, open: () => openSession(server, sender) };
}

function openSession(server: Server, sender: Sender): MailSession {
  let connection: SMTPConnection | undefined;
  return {
    async send(mail) {
      const deadline = AbortSignal.timeout(SEND_TIMEOUT_MS);
      if (connection === undefined || connection.destroyed) {
        connection = new SMTPConnection(server.options);
        const failure = await failureOf(deadline, connect(connection, server.auth));
        if (failure !== undefined) {
          connection.close();
          return outcomeOfFailure(failure, 'connecting');
        }
      }
      const outcome = await handOver(connection, mail, sender, deadline);
      const isUsable = outcome.kind === 'accepted' || (wasJudged(outcome) && (await reset(connection, deadline)));
      if (!isUsable) connection.close();
      return outcome;
    },
    close() {
      if (connection?.destroyed === false) connection.quit();
    },
  };
}

/** Sends one mail over an open connection. */
async function handOver(
  connection: SMTPConnection,
  mail: OutgoingMail,
  sender: Sender,
  deadline: AbortSignal,
): Promise<Outcome> {
  const message = composeMessage(mail, sender.from);
  const envelope = message.setEnvelope(envelopeOf(mail, sender)).getEnvelope();
  const content = message.createReadStream();
  const failure = await failureOf(deadline, (done) => connection.send(envelope, content, done));
  if (failure === undefined) return { kind: 'accepted' };
  // The library reads the content only after the server has asked for it.
  return outcomeOfFailure(failure, content.readableDidRead ? 'handing-over' : 'asking');
}

/**
 * A program reads the reports that come to the bounce address, so they are requested in full: for deliveries, too, and with the id
 * of the mail. A server that does not offer this (RFC 3461) is not asked.
 */
function envelopeOf({ id, recipient: to }: OutgoingMail, { from, bounceAddress }: Sender) {
  if (bounceAddress === '') return { from: from.address, to };
  return {
    from: taggedAddress(bounceAddress, id),
    to,
    dsn: { ret: 'HDRS', envid: id, notify: 'SUCCESS,FAILURE,DELAY' },
  };
}

/** Whether the server replied to the mail, after which the connection is fine. */
function wasJudged({ kind }: Outcome): boolean {
  return kind === 'refused' || kind === 'deferred';
}

/** Clears what is left of a mail that was not taken. Gives whether the connection can take another. */
async function reset(connection: SMTPConnection, deadline: AbortSignal): Promise<boolean> {
  return (await failureOf(deadline, (done) => connection.reset(done))) === undefined;
}

/** Connects and signs in. */
function connect(connection: SMTPConnection, auth: AuthenticationType | undefined): Step {
  return (done) => {
    connection.on('error', done); // also keeps later errors from being uncaught; the step under way gets them, too
    connection.connect((error) => {
      if (error === undefined && auth !== undefined && connection.allowsAuth) connection.login(auth, done);
      else done(error);
    });
  };
}

/** Something the library does that ends by a callback, with an error if it failed. */
type Step = (done: (failure?: SmtpFailure | null) => void) => void;

/** Waits for a step, at most until the deadline. Gives its failure, or undefined when it succeeded. */
async function failureOf(deadline: AbortSignal, step: Step): Promise<SmtpFailure | undefined> {
  const { promise, resolve } = Promise.withResolvers<SmtpFailure | undefined>();
  const expire = () => resolve({ code: 'ETIMEDOUT' });
  deadline.addEventListener('abort', expire);
  step((failure) => resolve(failure ?? undefined));
  if (deadline.aborted) expire();
  return await promise.finally(() => deadline.removeEventListener('abort', expire));
}
