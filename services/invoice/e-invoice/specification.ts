import { ElectronicInvoice_Specification as Specifications } from '../../../gen/numer/invoice/v1/electronic_invoice_pb.ts';

/** What a document has to fulfil. */
export type Specification = Exclude<keyof typeof Specifications, 'SPECIFICATION_UNSPECIFIED'>;

/** The business process of Peppol in which a seller sends an invoice, and the buyer answers outside of it. */
const BILLING = 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0';

/**
 * The title of each for people, and its names in a document: `process` is BT-23, empty when none is asked for, and
 * `identifier` is BT-24.
 */
export const SPECIFICATIONS: Readonly<
  Record<Specification, { readonly title: string; readonly process: string; readonly identifier: string }>
> = {
  EN16931: { title: 'EN 16931', process: '', identifier: 'urn:cen.eu:en16931:2017' },
  XRECHNUNG: {
    title: 'XRechnung 3.0',
    process: BILLING,
    identifier: 'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0',
  },
  PEPPOL_BIS_BILLING: {
    title: 'Peppol BIS Billing 3.0',
    process: BILLING,
    identifier: 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0',
  },
};

const NAMES = Object.keys(SPECIFICATIONS) as Specification[]; // a record has all of them, and no others

/** The specification that is asked for; by default the core of the standard alone. */
export function specificationOf(asked: Specifications): Specification {
  return NAMES.find((name) => Specifications[name] === asked) ?? 'EN16931';
}
