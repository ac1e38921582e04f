import type { Texts } from './texts.ts';

/** The words of mails and printed documents in German. */
export const GERMAN: Texts = {
  greeting: (name) => `Guten Tag ${name},`,
  closing: 'Mit freundlichen Grüßen',
  label: {
    number: 'Rechnungsnummer',
    issueDate: 'Datum',
    dueDate: 'Fällig am',
    deliveryDate: 'Leistungsdatum',
    period: 'Leistungszeitraum',
    buyerReference: 'Ihre Referenz',
    purchaseOrderReference: 'Bestellnummer',
    quoteNumber: 'Angebotsnummer',
    expireDate: 'Gültig bis',
    customer: 'Kunde',
    subtotal: 'Zwischensumme',
    discount: 'Rabatt',
    allowance: 'Nachlass',
    charge: 'Zuschlag',
    tax: (name, percent, net) => `${name === '' ? 'Umsatzsteuer' : name} ${percent} % auf ${net}`,
    retainedTax: (name, percent, net) => `${name === '' ? 'Steuer' : name} ${percent} % auf ${net}, einbehalten`,
    total: 'Gesamtbetrag',
    rounding: 'Rundung',
    prepaid: 'Anzahlung',
    paid: 'Bezahlt',
    credited: 'Gutgeschrieben',
    earlyDiscount: 'Skonto',
    writtenOff: 'Ausgebucht',
    creditNoteNumber: 'Nummer der Rechnungskorrektur',
    credit: 'Gutgeschriebener Betrag',
    due: 'Offener Betrag',
    dueAsOf: (date) => `Noch offen am ${date}`,
    instalment: (dueDate) => `Rate, fällig am ${dueDate}`,
    taxId: taxIdLabel,
    taxRegistration: 'Steuernummer',
    registration: 'Registernummer',
    contact: 'Ansprechpartner',
    phone: 'Telefon',
    accountHolder: 'Kontoinhaber',
    iban: 'IBAN',
    accountNumber: 'Kontonummer',
    bic: 'BIC',
    remittance: 'Verwendungszweck',
  },
  period: (startDate, endDate) => {
    if (startDate === '') return `bis ${endDate}`;
    return endDate === '' ? `ab ${startDate}` : `${startDate} bis ${endDate}`;
  },
  exemption: {
    EXEMPT: 'Steuerfrei',
    REVERSE_CHARGE: 'Steuerschuldnerschaft des Leistungsempfängers',
    INTRA_COMMUNITY: 'Steuerfreie innergemeinschaftliche Lieferung',
    EXPORT: 'Steuerfreie Ausfuhrlieferung',
    OUTSIDE_SCOPE: 'Nicht steuerbar',
  },
  line: {
    price: (quantity, unitPrice) => `${quantity} × ${unitPrice}`,
    discount: (percent) => `${percent} % Rabatt`,
    tax: (percent) => `${percent} % USt.`,
    includedTax: (amount) => `darin ${amount} Steuer`,
  },
  invoice: {
    subject: (number, seller) => `Rechnung ${number} von ${seller}`,
    intro: (number, seller) => `hier ist die Rechnung ${number} von ${seller}.`,
    replaces: (number) => `Sie ersetzt die Rechnung ${number}, die nicht mehr zu zahlen ist.`,
    pay: (amount, dueDate) => `Bitte zahlen Sie ${amount} bis zum ${dueDate}.`,
    payOverdue: (amount, dueDate) => `Bitte zahlen Sie ${amount}. Die Zahlung war am ${dueDate} fällig.`,
    payInstalments: (amount) => `Bitte zahlen Sie ${amount} in den unten genannten Raten.`,
    payEarly: (amount, lastDate, percent) =>
      `Bei Zahlung bis zum ${lastDate} gewähren wir ${percent} % Skonto: Dann zahlen Sie ${amount}.`,
    nothingToPay: 'Es ist nichts mehr zu zahlen.',
    paid: (date) => (date === '' ? 'Vollständig bezahlt.' : `Vollständig bezahlt. Die letzte Zahlung war am ${date}.`),
    voided: (date) => `Diese Rechnung wurde am ${date} storniert. Sie ist nicht mehr zu zahlen.`,
    asIssued: (amount, issueDate, dueDate) =>
      `Stand bei Ausstellung am ${issueDate}: ${amount}, zahlbar bis zum ${dueDate}. Spätere Zahlungen, Rechnungskorrekturen oder eine Stornierung sind hier nicht berücksichtigt.`,
  },
  reminder: {
    what: (number, inPart) => `${inPart ? 'Rate der ' : ''}Rechnung ${number}`,
    subject: (what, days) => `Erinnerung: ${what} ${dueWhen(days)}`,
    intro: (what, dueDate, days) => `wir erinnern Sie daran, dass die ${what} ${dueOn(dueDate, days)}.`,
    amount: (amount) => `Der offene Betrag ist ${amount}.`,
    alreadyPaid: 'Falls Sie bereits bezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.',
  },
  dueLater: {
    label: 'Später fällig',
    sentence: (amount) => `Weitere ${amount} sind später fällig.`,
  },
  creditNote: {
    subject: (number, invoiceNumber) => `Rechnungskorrektur ${number} zur Rechnung ${invoiceNumber}`,
    intro: (number, invoiceNumber, invoiceIssueDate, amount) =>
      `hier ist die Rechnungskorrektur ${number} zur Rechnung ${invoiceNumber} vom ${invoiceIssueDate} über ${amount}.`,
    applied: (amount) => `${amount} davon mindern den offenen Betrag der Rechnung.`,
    credit: (amount) => `${amount} davon sind nun Ihr Guthaben.`,
  },
  payment: {
    subject: (number) => `Zahlungseingang zur Rechnung ${number}`,
    intro: (number, amount, paymentDate) =>
      `wir haben am ${paymentDate} Ihre Zahlung über ${amount} zur Rechnung ${number} erhalten.`,
    left: (amount, dueDate) => `Vielen Dank. Offen sind noch ${amount}, fällig am ${dueDate}.`,
    paidInFull: 'Die Rechnung ist damit vollständig bezahlt. Vielen Dank!',
    paidEarly: (discount) => `Mit ${discount} Skonto ist die Rechnung damit ausgeglichen. Vielen Dank!`,
    credit: (amount) => `${amount} davon sind mehr, als offen war, und nun Ihr Guthaben.`,
  },
  voided: {
    subject: (number) => `Rechnung ${number} wurde storniert`,
    intro: (number, issueDate, amount) => `die Rechnung ${number} vom ${issueDate} über ${amount} wurde storniert.`,
    nothingToPay: 'Sie ist nicht mehr zu zahlen.',
    replacedBy: (number) => `Sie wird durch die Rechnung ${number} ersetzt.`,
    alreadyPaid: 'Falls Sie bereits bezahlt haben, antworten Sie bitte auf diese Nachricht.',
  },
  reversal: {
    subject: (number) => `Zahlung zur Rechnung ${number} wurde zurückgenommen`,
    intro: (number, amount, paymentDate) =>
      `wir hatten Ihnen Ihre Zahlung vom ${paymentDate} über ${amount} zur Rechnung ${number} bestätigt. Diese Zahlung wurde zurückgenommen.`,
    due: (amount, dueDate) => `Zu zahlen sind nun ${amount}, fällig am ${dueDate}.`,
    creditGone: (amount) => `Die ${amount} davon, die Ihr Guthaben geworden waren, sind kein Guthaben mehr.`,
  },
  print: {
    title: { invoice: 'Rechnung', quote: 'Angebot', creditNote: 'Rechnungskorrektur' },
    marking: { draft: 'Entwurf', void: 'Storniert', copy: 'Kopie' },
    itemsHead: { title: 'Bezeichnung', amount: 'Betrag' },
    invoiceDate: 'Rechnungsdatum',
    customerTaxId: (taxId) => `Ihre ${taxIdLabel(taxId)}`,
    customerRegistration: 'Ihre Registernummer',
  },
  online: {
    seeInvoice: 'Rechnung online ansehen',
    seeQuote: 'Angebot online ansehen und annehmen oder ablehnen',
    seeCreditNote: 'Rechnungskorrektur online ansehen',
    state: {
      open: 'Zu zahlen',
      partlyPaid: 'Teilweise bezahlt',
      paid: 'Bezahlt',
      settled: 'Ausgeglichen',
      overdue: 'Überfällig',
      valid: 'Wartet auf Ihre Antwort',
      expired: 'Abgelaufen',
      accepted: 'Angenommen',
      declined: 'Abgelehnt',
    },
    settledOn: (date) => `Sie wurde am ${date} ausgeglichen.`,
    dueSince: (date) => `Sie war am ${date} fällig.`,
    instalmentDueSince: (date) => `Eine Rate war am ${date} fällig.`,
    stillDue: (amount) => `Offen sind noch ${amount}.`,
    expiredOn: (date) => `Es galt bis zum ${date}.`,
    acceptedOn: (date) => `Es wurde am ${date} angenommen.`,
    declinedOn: (date) => `Es wurde am ${date} abgelehnt.`,
    accept: 'Angebot annehmen',
    decline: 'Ablehnen',
    downloads: 'Downloads',
  },
  quote: {
    subject: (number, seller) => `Angebot ${number} von ${seller}`,
    intro: (number, seller) => `hier ist das Angebot ${number} von ${seller}.`,
    validUntil: (expireDate) => `Es gilt bis zum ${expireDate}.`,
    accept: 'Um es anzunehmen, antworten Sie bitte auf diese Nachricht.',
  },
  statement: {
    title: 'Kontoauszug',
    period: 'Zeitraum',
    broughtForward: 'Übertrag',
    balance: 'Saldo',
    due: (dueDate) => `fällig am ${dueDate}`,
    entry: {
      INVOICE: (invoice) => `Rechnung ${invoice}`,
      VOID: (invoice) => `Storno der Rechnung ${invoice}`,
      PAYMENT: (invoice) => `Zahlung zur Rechnung ${invoice}`,
      CREDIT_APPLIED: (invoice) => `Guthaben verrechnet mit Rechnung ${invoice}`,
      CREDIT_NOTE: (invoice, creditNote) => `Rechnungskorrektur ${creditNote} zur Rechnung ${invoice}`,
      WRITE_OFF: (invoice) => `Ausbuchung zur Rechnung ${invoice}`,
      EARLY_PAYMENT_DISCOUNT: (invoice) => `Skonto zur Rechnung ${invoice}`,
      REVERSAL: (invoice) => `Rücknahme zur Rechnung ${invoice}`,
      DEPOSIT: () => 'Vorauszahlung',
      REFUND: () => 'Erstattung',
    },
    noEntries: 'In diesem Zeitraum gibt es keine Buchungen.',
    credit: 'Ein Saldo mit Minus ist Ihr Guthaben.',
  },
};

function dueWhen(days: number): string {
  if (days < 0) return days === -1 ? 'ist seit 1 Tag überfällig' : `ist seit ${-days} Tagen überfällig`;
  if (days === 0) return 'ist heute fällig';
  return days === 1 ? 'ist morgen fällig' : `ist in ${days} Tagen fällig`;
}

function dueOn(dueDate: string, days: number): string {
  if (days < 0) return `am ${dueDate} fällig war, vor ${days === -1 ? '1 Tag' : `${-days} Tagen`}`;
  if (days === 0) return `heute, am ${dueDate}, fällig ist`;
  return days === 1 ? `morgen, am ${dueDate}, fällig ist` : `in ${days} Tagen, am ${dueDate}, fällig ist`;
}

/** The number for trade within the EU begins with a country code, the one for the local tax office with a digit. */
function taxIdLabel(taxId: string): string {
  return /^[A-Z]{2}/i.test(taxId) ? 'USt-IdNr.' : 'Steuernummer';
}
