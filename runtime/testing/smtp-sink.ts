import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/** A mail that the sink took. */
export interface CaughtMail {
  /** Sender of the envelope. */
  readonly from: string;
  /** Recipients of the envelope, which need not be those of the header. */
  readonly to: readonly string[];
  /** How reports were asked for (RFC 3461), of the first recipient. */
  readonly reports: {
    readonly ret?: string | null;
    readonly envid?: string | null;
    readonly notify: readonly string[] | undefined;
  };
  /** The mail's header and parts, decoded. */
  readonly mail: Email;
  /** The mail as it came over the wire. */
  readonly raw: Buffer;
}

/** A mail server that keeps what it gets and delivers nothing. */
export interface SmtpSink {
  /** For SMTP_URL. */
  readonly url: string;
  /** What came so far, oldest first. */
  mails(): readonly CaughtMail[];
  /** How many connections there were so far. */
  connections(): number;
  /** Refuses the next `times` mails with an SMTP code: 4xx is "try again", 5xx "never". Replaces an earlier call. */
  failNext(times: number, code: number): void;
  /** Refuses all mail to an address with an SMTP code; takes it again when that is undefined. */
  refuse(recipient: string, code: number | undefined): void;
  /** Takes the next `times` mails, but hangs up instead of confirming them. Replaces an earlier call. */
  hangUpAfterNext(times: number): void;
  /** Stops listening and drops connections. */
  close(): Promise<void>;
}

/** Clients that keep connections open get no longer than this when the sink closes. */
const CLOSE_TIMEOUT_MS = 100;

/**
 * Starts a sink on a free port of loopback, without encryption or accounts. `offersReports`: whether clients can ask
 * for delivery reports.
 */
export async function startSmtpSink({ offersReports = true } = {}): Promise<SmtpSink> {
  const caught: CaughtMail[] = [];
  let connections = 0;
  let refusal = { times: 0, code: 451 };
  let hangUps = 0;
  const refused = new Map<string, number>();

  const take = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> => {
    const raw = await buffer(stream);
    if (refusal.times > 0) {
      refusal = { ...refusal, times: refusal.times - 1 };
      throw Object.assign(new Error('refused as the test wants it'), { responseCode: refusal.code });
    }
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    const mail = await PostalMime.parse(raw);
    const reports = { ...session.envelope.dsn, notify: rcptTo[0]?.dsn?.notify };
    caught.push({ from, to: rcptTo.map(({ address }) => address), reports, mail, raw });
    if (hangUps > 0) {
      hangUps -= 1;
      for (const connection of server.connections) if (connection.id === session.id) connection.close();
    }
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: CLOSE_TIMEOUT_MS,
    hideDSN: !offersReports,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onRcptTo({ address: recipient }, _session, done) {
      const responseCode = refused.get(recipient);
      done(
        responseCode === undefined ? null : Object.assign(new Error('refused as the test wants it'), { responseCode }),
      );
    },
    onData: (stream, session, done) => void take(stream, session).then(() => done(), done),
  });
  server.on('error', () => undefined); // A client that went away in the middle is no trouble of the sink.
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  return {
    url: `smtp://127.0.0.1:${port}`,
    mails: () => caught,
    connections: () => connections,
    failNext(times, code) {
      refusal = { times, code };
    },
    refuse(recipient, code) {
      if (code === undefined) refused.delete(recipient);
      else refused.set(recipient, code);
    },
    hangUpAfterNext(times) {
      hangUps = times;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
