import type { payments } from './schema.ts';

/** A payment as it is stored. */
export type PaymentRow = Readonly<typeof payments.$inferSelect>;
