import type { Language } from './language.ts';

/** The words of mails to account holders in one language. `system` is who writes; times come formatted. */
export interface AccountTexts {
  readonly greeting: string;
  readonly closing: string;
  /** A day, a time of day and the time zone of both. */
  time(date: string, clock: string, timeZone: string): string;
  readonly reset: {
    subject(system: string): string;
    intro(system: string, email: string): string;
    readonly byLink: string;
    readonly byToken: string;
    validity(time: string): string;
    readonly notYou: string;
  };
  readonly passwordChanged: {
    subject(system: string): string;
    intro(system: string, email: string, time: string): string;
    readonly consequence: string;
    readonly notYou: string;
  };
  readonly emailChanged: {
    subject(system: string): string;
    intro(system: string, email: string, time: string): string;
    readonly consequence: string;
    readonly notYou: string;
  };
}

const ENGLISH: AccountTexts = {
  greeting: 'Hello,',
  closing: 'Kind regards',
  time: (date, clock, timeZone) => `${date}, ${clock} (${timeZone})`,
  reset: {
    subject: (system) => `Set a new password for ${system}`,
    intro: (system, email) =>
      `Someone, probably you, has asked to set a new password for the account ${email} at ${system}.`,
    byLink: 'To do so, open this page:',
    byToken: 'To do so, enter this code where you asked for it:',
    validity: (time) =>
      `It works once, until ${time}: an hour after the request. It stops working when another one is requested.`,
    notYou:
      'If that was not you, you do not need to do anything: your password stays the same. Do not give this to anyone.',
  },
  passwordChanged: {
    subject: (system) => `Your password for ${system} was changed`,
    intro: (system, email, time) => `The password of the account ${email} at ${system} was changed on ${time}.`,
    consequence: 'All other sessions were signed out. API keys still work.',
    notYou:
      'If that was not you, reset your password at once, check your API keys, and tell us by replying to this message.',
  },
  emailChanged: {
    subject: (system) => `Your email address for ${system} was changed`,
    intro: (system, email, time) =>
      `The email address of the account ${email} at ${system} was changed to another one on ${time}.`,
    consequence: 'From now on, the new address is used to sign in, and mail about the account goes there.',
    notYou: 'If that was not you, please tell us at once by replying to this message.',
  },
};

const GERMAN: AccountTexts = {
  greeting: 'Guten Tag,',
  closing: 'Mit freundlichen Grüßen',
  time: (date, clock, timeZone) => `${date}, ${clock} Uhr (${timeZone})`,
  reset: {
    subject: (system) => `Neues Passwort für ${system}`,
    intro: (system, email) =>
      `Jemand, vermutlich Sie, möchte für das Konto von ${email} bei ${system} ein neues Passwort festlegen.`,
    byLink: 'Öffnen Sie dazu diese Seite:',
    byToken: 'Geben Sie dazu diesen Code dort ein, wo Sie ihn angefordert haben:',
    validity: (time) =>
      `Das geht einmal, innerhalb einer Stunde nach der Anforderung: bis ${time}. Nach einer weiteren Anforderung gilt diese nicht mehr.`,
    notYou:
      'Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist. Geben Sie dies an niemanden weiter.',
  },
  passwordChanged: {
    subject: (system) => `Ihr Passwort für ${system} wurde geändert`,
    intro: (system, email, time) => `Das Passwort für das Konto von ${email} bei ${system} wurde am ${time} geändert.`,
    consequence: 'Wer anderswo angemeldet war, wurde abgemeldet. API-Schlüssel gelten weiter.',
    notYou:
      'Wenn Sie das nicht waren, fordern Sie sofort ein neues Passwort an, sehen Sie Ihre API-Schlüssel durch und sagen Sie es uns, indem Sie auf diese Nachricht antworten.',
  },
  emailChanged: {
    subject: (system) => `Ihre E-Mail-Adresse für ${system} wurde geändert`,
    intro: (system, email, time) =>
      `Das Konto bei ${system} mit der E-Mail-Adresse ${email} hat am ${time} eine andere bekommen.`,
    consequence: 'Von nun an meldet man sich mit dieser an, und Nachrichten dazu gehen dorthin.',
    notYou: 'Wenn Sie das nicht waren, sagen Sie es uns bitte sofort, indem Sie auf diese Nachricht antworten.',
  },
};

/** The words of mails to account holders by language. */
export const ACCOUNT_TEXTS: Readonly<Record<Language, AccountTexts>> = { en: ENGLISH, de: GERMAN };
