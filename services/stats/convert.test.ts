import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { Payment_Kind, PaymentSchema } from '../../gen/numer/invoice/v1/payment_pb.ts';
import { toProjectedPayment } from './convert.ts';

test('what settles an invoice without being paid is no payment', () => {
  const projected = (kind: Payment_Kind) => toProjectedPayment(create(PaymentSchema, { kind, appliedMinor: 5n }));
  expect(projected(Payment_Kind.MONEY)).toMatchObject({ paymentKind: 'MONEY', appliedMinor: 5n });
  expect(projected(Payment_Kind.WRITE_OFF)).toBeUndefined();
  expect(projected(Payment_Kind.EARLY_PAYMENT_DISCOUNT)).toBeUndefined();
});
