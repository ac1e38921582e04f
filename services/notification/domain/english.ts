import type { Texts } from './texts.ts';

/** The words of mails and printed documents in English. */
export const ENGLISH: Texts = {
  greeting: (name) => `Hello ${name},`,
  closing: 'Kind regards',
  label: {
    number: 'Invoice number',
    issueDate: 'Date',
    dueDate: 'Due date',
    deliveryDate: 'Date of supply',
    period: 'Invoicing period',
    buyerReference: 'Your reference',
    purchaseOrderReference: 'Purchase order',
    quoteNumber: 'Quote number',
    expireDate: 'Valid until',
    customer: 'Customer',
    subtotal: 'Subtotal',
    discount: 'Discount',
    allowance: 'Allowance',
    charge: 'Charge',
    tax: (name, percent, net) => `${name === '' ? 'Tax' : name} ${percent}% on ${net}`,
    retainedTax: (name, percent, net) => `${name === '' ? 'Tax' : name} ${percent}% on ${net}, retained`,
    total: 'Total',
    rounding: 'Rounding',
    prepaid: 'Prepaid',
    paid: 'Paid',
    credited: 'Credited',
    earlyDiscount: 'Early-payment discount',
    writtenOff: 'Written off',
    creditNoteNumber: 'Credit note number',
    credit: 'Amount credited',
    due: 'Amount due',
    dueAsOf: (date) => `Amount due as of ${date}`,
    instalment: (dueDate) => `Instalment due on ${dueDate}`,
    taxId: () => 'Tax ID',
    taxRegistration: 'Tax number',
    registration: 'Registration number',
    contact: 'Contact',
    phone: 'Phone',
    accountHolder: 'Account holder',
    iban: 'IBAN',
    accountNumber: 'Account number',
    bic: 'BIC',
    remittance: 'Payment reference',
  },
  period: (startDate, endDate) => {
    if (startDate === '') return `until ${endDate}`;
    return endDate === '' ? `from ${startDate}` : `${startDate} to ${endDate}`;
  },
  exemption: {
    EXEMPT: 'Exempt from tax',
    REVERSE_CHARGE: 'Reverse charge: the customer is liable for the tax',
    INTRA_COMMUNITY: 'Intra-Community supply, exempt from tax',
    EXPORT: 'Export, exempt from tax',
    OUTSIDE_SCOPE: 'Outside the scope of tax',
  },
  line: {
    price: (quantity, unitPrice) => `${quantity} × ${unitPrice}`,
    discount: (percent) => `${percent}% off`,
    tax: (percent) => `${percent}% tax`,
    includedTax: (amount) => `including ${amount} tax`,
  },
  invoice: {
    subject: (number, seller) => `Invoice ${number} from ${seller}`,
    intro: (number, seller) => `Here is invoice ${number} from ${seller}.`,
    replaces: (number) => `It replaces invoice ${number}, which you no longer need to pay.`,
    pay: (amount, dueDate) => `Please pay ${amount} by ${dueDate}.`,
    payOverdue: (amount, dueDate) => `Please pay ${amount}. It was due on ${dueDate}.`,
    payInstalments: (amount) => `Please pay ${amount} in the instalments below.`,
    payEarly: (amount, lastDate, percent) =>
      `If you pay by ${lastDate}, you get a ${percent}% early-payment discount and pay ${amount}.`,
    nothingToPay: 'There is nothing left to pay.',
    paid: (date) => (date === '' ? 'Paid in full.' : `Paid in full. The last payment was on ${date}.`),
    voided: (date) => `This invoice was cancelled on ${date}. You no longer need to pay it.`,
    asIssued: (amount, issueDate, dueDate) =>
      `As issued on ${issueDate}: ${amount} is payable by ${dueDate}. Payments, credits or a cancellation since then are not shown here.`,
  },
  reminder: {
    what: (number, inPart) => `${inPart ? 'an instalment of ' : ''}invoice ${number}`,
    subject: (what, days) => `Reminder: ${what} ${dueWhen(days)}`,
    intro: (what, dueDate, days) => `This is a reminder that ${what} ${dueOn(dueDate, days)}.`,
    amount: (amount) => `The amount due is ${amount}.`,
    alreadyPaid: 'If you have paid it already, please disregard this message.',
  },
  dueLater: {
    label: 'Due later',
    sentence: (amount) => `Another ${amount} is due later.`,
  },
  creditNote: {
    subject: (number, invoiceNumber) => `Credit note ${number} for invoice ${invoiceNumber}`,
    intro: (number, invoiceNumber, invoiceIssueDate, amount) =>
      `Here is credit note ${number} for ${amount}, on invoice ${invoiceNumber} of ${invoiceIssueDate}.`,
    applied: (amount) => `${amount} of it reduces the amount due on the invoice.`,
    credit: (amount) => `${amount} of it is now credit on your account.`,
  },
  payment: {
    subject: (number) => `Payment received for invoice ${number}`,
    intro: (number, amount, paymentDate) =>
      `We received your payment of ${amount} for invoice ${number} on ${paymentDate}.`,
    left: (amount, dueDate) => `Thank you. The remaining ${amount} is due on ${dueDate}.`,
    paidInFull: 'The invoice is now paid in full. Thank you!',
    paidEarly: (discount) => `With an early-payment discount of ${discount}, the invoice is now settled. Thank you!`,
    credit: (amount) => `${amount} of it is more than was due, and is now credit on your account.`,
  },
  voided: {
    subject: (number) => `Invoice ${number} was cancelled`,
    intro: (number, issueDate, amount) => `Invoice ${number} of ${issueDate} for ${amount} was cancelled.`,
    nothingToPay: 'You no longer need to pay it.',
    replacedBy: (number) => `Invoice ${number} replaces it.`,
    alreadyPaid: 'If you have paid it already, please reply to this message.',
  },
  reversal: {
    subject: (number) => `Payment for invoice ${number} was reversed`,
    intro: (number, amount, paymentDate) =>
      `We had confirmed your payment of ${amount} on ${paymentDate} for invoice ${number}. That payment was reversed.`,
    due: (amount, dueDate) => `The amount due is now ${amount}. The due date is ${dueDate}.`,
    creditGone: (amount) => `The ${amount} of it that became credit on your account is no longer credit.`,
  },
  print: {
    title: { invoice: 'Invoice', quote: 'Quote', creditNote: 'Credit note' },
    marking: { draft: 'Draft', void: 'Void', copy: 'Copy' },
    itemsHead: { title: 'Description', amount: 'Amount' },
    customerTaxId: () => 'Your tax ID',
    customerRegistration: 'Your registration number',
    invoiceDate: 'Invoice date',
  },
  online: {
    seeInvoice: 'See the invoice online',
    seeQuote: 'See the quote online, and accept or decline it',
    seeCreditNote: 'See the credit note online',
    state: {
      open: 'Awaiting payment',
      partlyPaid: 'Partly paid',
      paid: 'Paid',
      settled: 'Settled',
      overdue: 'Overdue',
      valid: 'Awaiting your answer',
      expired: 'Expired',
      accepted: 'Accepted',
      declined: 'Declined',
    },
    settledOn: (date) => `It was settled on ${date}.`,
    dueSince: (date) => `It was due on ${date}.`,
    instalmentDueSince: (date) => `An instalment was due on ${date}.`,
    stillDue: (amount) => `${amount} is still due.`,
    expiredOn: (date) => `It was valid until ${date}.`,
    acceptedOn: (date) => `It was accepted on ${date}.`,
    declinedOn: (date) => `It was declined on ${date}.`,
    accept: 'Accept this quote',
    decline: 'Decline',
    downloads: 'Downloads',
  },
  quote: {
    subject: (number, seller) => `Quote ${number} from ${seller}`,
    intro: (number, seller) => `Here is quote ${number} from ${seller}.`,
    validUntil: (expireDate) => `It is valid until ${expireDate}.`,
    accept: 'To accept it, please reply to this message.',
  },
  statement: {
    title: 'Statement of account',
    period: 'Period',
    broughtForward: 'Balance brought forward',
    balance: 'Balance',
    due: (dueDate) => `due ${dueDate}`,
    entry: {
      INVOICE: (invoice) => `Invoice ${invoice}`,
      VOID: (invoice) => `Invoice ${invoice} voided`,
      PAYMENT: (invoice) => `Payment for invoice ${invoice}`,
      CREDIT_APPLIED: (invoice) => `Credit applied to invoice ${invoice}`,
      CREDIT_NOTE: (invoice, creditNote) => `Credit note ${creditNote} for invoice ${invoice}`,
      WRITE_OFF: (invoice) => `Write-off of invoice ${invoice}`,
      EARLY_PAYMENT_DISCOUNT: (invoice) => `Early-payment discount on invoice ${invoice}`,
      REVERSAL: (invoice) => `Reversal for invoice ${invoice}`,
      DEPOSIT: () => 'Deposit',
      REFUND: () => 'Refund',
    },
    noEntries: 'There are no entries in this period.',
    credit: 'A negative balance is in your favour.',
  },
};

function countDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

function dueWhen(days: number): string {
  if (days < 0) return `is ${countDays(-days)} overdue`;
  if (days === 0) return 'is due today';
  return days === 1 ? 'is due tomorrow' : `is due in ${countDays(days)}`;
}

function dueOn(dueDate: string, days: number): string {
  return days < 0 ? `was due on ${dueDate}, ${countDays(-days)} ago` : `${dueWhen(days)}, on ${dueDate}`;
}
