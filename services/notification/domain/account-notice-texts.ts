import type { AnswerKind, Kind, UndeliveredKind } from './decide-next.ts';
import type { Language } from './language.ts';

/** How many mails about what happened the holder of an account gets within 24 hours at most: a large batch may fail as a whole. */
export const ACCOUNT_NOTICES_MAX = 50;

/** The words of mails to the holders of accounts about what happened, in one language. Times come formatted. */
export interface AccountNoticeTexts {
  readonly answer: Readonly<Record<AnswerKind, AnswerTexts>>;
  readonly undelivered: {
    /** What a mail brought or told, by its kind and the number of the document. */
    readonly content: Readonly<Record<Kind, (number: string) => string>>;
    copyOf(content: string): string;
    subject(content: string, customer: string): string;
    readonly intro: Readonly<Record<UndeliveredKind, (customer: string) => string>>;
    readonly label: {
      readonly content: string;
      readonly customer: string;
      readonly recipient: string;
      readonly time: string;
      readonly reason: string;
    };
    readonly noReason: string;
    /** What a mail server said, in its own words. */
    quote(words: string): string;
    readonly next: NextSteps;
    /** For a mail that was given up on, but may have been delivered. */
    readonly uncertain: {
      subject(content: string, customer: string): string;
      intro(customer: string): string;
      readonly next: NextSteps;
    };
  };
  /** That there are no more for now. */
  pause(max: number, time: string): string;
  readonly footer: string;
}

/** What to do: about a mail that can be sent again, about one that cannot, and about a copy. */
interface NextSteps {
  readonly document: string;
  readonly message: string;
  readonly copy: string;
}

interface AnswerTexts {
  subject(customer: string, number: string): string;
  intro(customer: string, number: string, time: string): string;
  readonly next: string;
}

const ENGLISH: AccountNoticeTexts = {
  answer: {
    QUOTE_ACCEPTED: {
      subject: (customer, number) => `Quote ${number} was accepted by ${customer}`,
      intro: (customer, number, time) => `${customer} accepted your quote ${number} on ${time}.`,
      next: 'You can now turn it into an invoice.',
    },
    QUOTE_DECLINED: {
      subject: (customer, number) => `Quote ${number} was declined by ${customer}`,
      intro: (customer, number, time) => `${customer} declined your quote ${number} on ${time}.`,
      next: 'If you want to make another offer, ask the customer what should be different and send a new quote.',
    },
  },
  undelivered: {
    content: {
      INVOICE_SENT: (number) => `invoice ${number}`,
      REMINDER: (number) => `reminder of invoice ${number}`,
      PAYMENT_RECEIVED: (number) => `confirmation of a payment for invoice ${number}`,
      QUOTE_SENT: (number) => `quote ${number}`,
      CREDIT_NOTE_ISSUED: (number) => `credit note ${number}`,
      INVOICE_VOIDED: (number) => `cancellation of invoice ${number}`,
      PAYMENT_REVERSED: (number) => `reversal of a payment for invoice ${number}`,
    },
    copyOf: (content) => `copy of ${content}`,
    subject: (content, customer) => `Mail not delivered: ${content} to ${customer}`,
    intro: {
      MAIL_FAILED: (customer) => `A mail to ${customer} could not be delivered. It will not be tried again.`,
      MAIL_BOUNCED: (customer) => `A mail to ${customer} was sent, but came back as undeliverable.`,
    },
    label: { content: 'Mail', customer: 'Customer', recipient: 'Email address', time: 'Time', reason: 'Reason' },
    noReason: 'The mail server gave no reason.',
    quote: (words) => `The mail server said: “${words}”`,
    next: {
      document: "Check the customer's email address, correct it if necessary, and send the document again.",
      message: "Check the customer's email address, correct it if necessary, and tell the customer in another way.",
      copy: 'Check the addresses that get copies of mails to this customer, and correct them if necessary.',
    },
    uncertain: {
      subject: (content, customer) => `Mail may not have arrived: ${content} to ${customer}`,
      intro: (customer) =>
        `It is not known whether a mail to ${customer} was delivered: an attempt to send it ended before the mail server answered. It will not be tried again.`,
      next: {
        document:
          'Ask the customer whether it arrived. If it did not, check the email address and send the document again.',
        message:
          'Ask the customer whether it arrived. If it did not, check the email address and tell the customer in another way.',
        copy: 'Ask whether the copy arrived at the address. If it did not, check the address.',
      },
    },
  },
  pause: (max, time) =>
    `This is the last mail of this kind until ${time}, since no more than ${max} are sent within 24 hours. What happens until then is not mailed later either; please look at your quotes and notifications.`,
  footer:
    'You get this mail because a customer answered a quote or a mail to a customer may not have arrived. You can switch such mails off in your mail settings.',
};

const GERMAN: AccountNoticeTexts = {
  answer: {
    QUOTE_ACCEPTED: {
      subject: (customer, number) => `Angebot ${number} wurde von ${customer} angenommen`,
      intro: (customer, number, time) => `${customer} hat Ihr Angebot ${number} am ${time} angenommen.`,
      next: 'Sie können daraus nun eine Rechnung machen.',
    },
    QUOTE_DECLINED: {
      subject: (customer, number) => `Angebot ${number} wurde von ${customer} abgelehnt`,
      intro: (customer, number, time) => `${customer} hat Ihr Angebot ${number} am ${time} abgelehnt.`,
      next: 'Wenn Sie ein anderes Angebot machen möchten, fragen Sie nach, was anders sein soll, und senden Sie ein neues.',
    },
  },
  undelivered: {
    content: {
      INVOICE_SENT: (number) => `Rechnung ${number}`,
      REMINDER: (number) => `Erinnerung an die Rechnung ${number}`,
      PAYMENT_RECEIVED: (number) => `Bestätigung einer Zahlung zur Rechnung ${number}`,
      QUOTE_SENT: (number) => `Angebot ${number}`,
      CREDIT_NOTE_ISSUED: (number) => `Rechnungskorrektur ${number}`,
      INVOICE_VOIDED: (number) => `Storno der Rechnung ${number}`,
      PAYMENT_REVERSED: (number) => `Rücknahme einer Zahlung zur Rechnung ${number}`,
    },
    copyOf: (content) => `${content} (Kopie)`,
    subject: (content, customer) => `Nicht zugestellt: ${content} an ${customer}`,
    intro: {
      MAIL_FAILED: (customer) =>
        `Eine E-Mail an ${customer} konnte nicht zugestellt werden. Es wird nicht noch einmal versucht.`,
      MAIL_BOUNCED: (customer) => `Eine E-Mail an ${customer} wurde gesendet, kam aber als unzustellbar zurück.`,
    },
    label: { content: 'E-Mail', customer: 'Kunde', recipient: 'E-Mail-Adresse', time: 'Zeit', reason: 'Grund' },
    noReason: 'Der Mailserver hat keinen Grund genannt.',
    quote: (words) => `Der Mailserver meldete: „${words}“`,
    next: {
      document:
        'Prüfen Sie die E-Mail-Adresse des Kunden, berichtigen Sie sie nötigenfalls und senden Sie das Dokument noch einmal.',
      message:
        'Prüfen Sie die E-Mail-Adresse des Kunden, berichtigen Sie sie nötigenfalls und verständigen Sie den Kunden auf anderem Weg.',
      copy: 'Prüfen Sie die Adressen, die Kopien der E-Mails an diesen Kunden bekommen, und berichtigen Sie sie nötigenfalls.',
    },
    uncertain: {
      subject: (content, customer) => `Zustellung ungewiss: ${content} an ${customer}`,
      intro: (customer) =>
        `Ob eine E-Mail an ${customer} zugestellt wurde, ist nicht bekannt: Ein Sendeversuch endete, bevor der Mailserver geantwortet hat. Es wird nicht noch einmal versucht.`,
      next: {
        document:
          'Fragen Sie den Kunden, ob sie angekommen ist. Wenn nicht, prüfen Sie die E-Mail-Adresse und senden Sie das Dokument noch einmal.',
        message:
          'Fragen Sie den Kunden, ob sie angekommen ist. Wenn nicht, prüfen Sie die E-Mail-Adresse und verständigen Sie den Kunden auf anderem Weg.',
        copy: 'Fragen Sie nach, ob die Kopie unter der Adresse angekommen ist. Wenn nicht, prüfen Sie die Adresse.',
      },
    },
  },
  pause: (max, time) =>
    `Dies ist bis ${time} die letzte E-Mail dieser Art, da innerhalb von 24 Stunden höchstens ${max} gesendet werden. Was bis dahin geschieht, wird auch später nicht gemeldet; bitte sehen Sie nach Ihren Angeboten und Benachrichtigungen.`,
  footer:
    'Sie bekommen diese E-Mail, weil ein Kunde ein Angebot beantwortet hat oder eine E-Mail an einen Kunden womöglich nicht angekommen ist. In Ihren Maileinstellungen können Sie solche E-Mails abschalten.',
};

/** The words of mails to the holders of accounts about what happened, by language. */
export const ACCOUNT_NOTICE_TEXTS: Readonly<Record<Language, AccountNoticeTexts>> = { en: ENGLISH, de: GERMAN };
