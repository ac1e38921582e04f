import type { PrintedDocument } from '../domain/printed-document.ts';

/** A printed document with hardly anything in it. */
export const testDocument: PrintedDocument = {
  language: 'en',
  paper: 'A4',
  title: 'Invoice 2026-0042',
  marking: '',
  createTime: '2026-03-01T12:00:00Z',
  issuer: ['Lovelace & Sons'],
  recipient: [],
  facts: [],
  itemsHead: { title: 'Description', amount: 'Amount' },
  items: [],
  sums: [],
  notes: [],
};
