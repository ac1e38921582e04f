import type { ElectronicInvoice } from './electronic-invoice.ts';

/** BT-24: the core invoice of EN 16931, without the further rules of any country. */
export const SPECIFICATION = 'urn:cen.eu:en16931:2017';

/** BT-3, codes of UNTDID 1001. */
export const TYPE_CODES = { INVOICE: '380', CREDIT_NOTE: '381' } as const satisfies Record<
  ElectronicInvoice['type'],
  string
>;
