import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type NumberSeries,
  NumberSeries_DocumentType,
  NumberSeries_Reset,
  NumberSeriesSchema,
} from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { etagOf } from '../../../runtime/call/call.ts';
import { DOCUMENT_TYPES, type DocumentType, formatNumber, RESETS, type Reset } from '../domain/number-series.ts';
import type { SeriesRow } from '../store/read-number-series.ts';

/** The series as its owner sees it on the day `today`. */
export function toNumberSeries(row: SeriesRow, today: string): NumberSeries {
  const nextSequence = row.lastSequence + 1n;
  const nextNumber = formatNumber(row.pattern, today, nextSequence);
  return create(NumberSeriesSchema, {
    name: row.name,
    documentType: NumberSeries_DocumentType[row.documentType],
    pattern: row.pattern,
    reset: NumberSeries_Reset[row.reset],
    nextSequence,
    nextNumber,
    ...(row.createTime === null ? {} : { createTime: timestampFromDate(row.createTime) }),
    ...(row.updateTime === null ? {} : { updateTime: timestampFromDate(row.updateTime) }),
    etag: etagOf(row.version, nextNumber),
  });
}

/** The type of documents that a valid series numbers. */
export function documentTypeOf(series: NumberSeries): DocumentType {
  const type = DOCUMENT_TYPES.find((name) => NumberSeries_DocumentType[name] === series.documentType);
  if (type === undefined) throw new Error('the series has no document type, though it is valid by its schema');
  return type;
}

/** When the sequence starts again; never unless the series says so. */
export function resetOf(series: NumberSeries): Reset {
  return RESETS.find((name) => NumberSeries_Reset[name] === series.reset) ?? 'NEVER';
}
