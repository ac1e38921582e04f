import type { Language } from './language.ts';

/** Why a mail could not be sent, where that is not what a mail server said. Each is a sentence without its full stop. */
const ENGLISH = {
  noAddress: 'The customer has no email address',
  unusableAddress: 'The email address of the customer cannot be used',
  unusableCopyAddress: 'The email address that gets the copy cannot be used',
  processEnded: 'The process that sent the mail ended before the mail server answered, so the mail may have been sent',
  outOfDate: 'The mail could not be sent before it was out of date',
  noDocument: 'The document attached to the mail could not be made',
  noFile: 'The mail could not be written to a file',
  unusableServer: 'The mail server cannot be used',
  unanswered: 'The connection broke before the mail server answered',
  unsendable: 'The mail cannot be sent to this address',
  connectionBroke: 'The connection to the mail server broke',
  notSent: 'The mail could not be sent',
} as const;

/** The name of a reason. */
export type FailureReason = keyof typeof ENGLISH;

const GERMAN: Readonly<Record<FailureReason, string>> = {
  noAddress: 'Der Kunde hat keine E-Mail-Adresse',
  unusableAddress: 'Die E-Mail-Adresse des Kunden ist nicht verwendbar',
  unusableCopyAddress: 'Die E-Mail-Adresse, die die Kopie bekommt, ist nicht verwendbar',
  processEnded:
    'Der Prozess, der die E-Mail gesendet hat, endete, bevor der Mailserver geantwortet hat; sie kann also gesendet worden sein',
  outOfDate: 'Die E-Mail konnte nicht gesendet werden, bevor sie überholt war',
  noDocument: 'Das Dokument im Anhang der E-Mail konnte nicht erstellt werden',
  noFile: 'Die E-Mail konnte nicht in eine Datei geschrieben werden',
  unusableServer: 'Der Mailserver ist nicht benutzbar',
  unanswered: 'Die Verbindung brach ab, bevor der Mailserver geantwortet hat',
  unsendable: 'Die E-Mail kann nicht an diese Adresse gesendet werden',
  connectionBroke: 'Die Verbindung zum Mailserver brach ab',
  notSent: 'Die E-Mail konnte nicht gesendet werden',
};

const WORDS: Readonly<Record<Language, Readonly<Record<FailureReason, string>>>> = { en: ENGLISH, de: GERMAN };

const NAMES: ReadonlyMap<string, FailureReason> = new Map(
  Object.entries(ENGLISH).map(([name, words]) => [words, name as FailureReason]), // which entries lose
);

/** A reason as it is stored and as the API shows it. The detail, for whoever runs the system, is in brackets. */
export function describeFailure(reason: FailureReason, detail = ''): string {
  return sentenceOf(ENGLISH[reason], detail);
}

/** A reason that {@link describeFailure} gave, in another language; undefined for any other text. */
export function translateFailure(text: string, language: Language): string | undefined {
  const [, words = '', detail = ''] = /^(.*?)(?: \(([^()]*)\))?[.]$/.exec(text) ?? [];
  const reason = NAMES.get(words);
  return reason && sentenceOf(WORDS[language][reason], detail);
}

function sentenceOf(words: string, detail: string): string {
  return detail === '' ? `${words}.` : `${words} (${detail}).`;
}
