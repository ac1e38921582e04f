import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type NumberSeries,
  NumberSeries_DocumentType,
  type NumberSeriesSchema,
} from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { type InvoiceTestService, type Owner, required } from './start-invoice-service.ts';

/** The number series of an owner. */
export function seriesOf(service: InvoiceTestService, owner: Owner, headers: Record<string, string> = {}) {
  const client = service.client(NumberSeriesService, owner.identity, headers);
  return {
    client,
    /** Adds a series of invoices. */
    async add(init: MessageInitShape<typeof NumberSeriesSchema>): Promise<NumberSeries> {
      const numberSeries = { documentType: NumberSeries_DocumentType.INVOICE, ...init };
      return required((await client.createNumberSeries({ numberSeries })).numberSeries);
    },
    async get(name: string): Promise<NumberSeries> {
      return required((await client.getNumberSeries({ numberSeriesName: name })).numberSeries);
    },
    /** Changes the given fields. */
    async change(init: MessageInitShape<typeof NumberSeriesSchema>): Promise<NumberSeries> {
      const paths = Object.keys(init)
        .filter((field) => field !== 'name')
        .map((field) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
      return required((await client.updateNumberSeries({ numberSeries: init, updateMask: { paths } })).numberSeries);
    },
  };
}
