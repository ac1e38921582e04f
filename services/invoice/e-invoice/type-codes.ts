import type { ElectronicInvoice } from './electronic-invoice.ts';

/** BT-3, codes of UNTDID 1001. */
export const TYPE_CODES = { INVOICE: '380', CREDIT_NOTE: '381' } as const satisfies Record<
  ElectronicInvoice['type'],
  string
>;
