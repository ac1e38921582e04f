import type { Currency } from '../../../../runtime/currency.ts';
import { amountText } from '../amounts.ts';
import type { XmlElement } from '../xml.ts';
import { basic } from './xml.ts';

/** An amount of money. */
export function writeAmount(name: string, amountMinor: bigint, currency: Currency): XmlElement | undefined {
  return basic(name, amountText(amountMinor, currency), { currencyID: currency.code });
}
