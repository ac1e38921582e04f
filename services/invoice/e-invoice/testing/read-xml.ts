import { type Element, parseXmlDocument } from 'slimdom';
import { type Decimal, divideDecimals, multiplyDecimals, ONE, parseDecimal } from '../../domain/decimal.ts';

/** An element of a document, by the names of its children. */
export type Node = {
  /** The text of the descendant at this path of names, or undefined. */
  text(...path: string[]): string | undefined;
  /** The attribute of the descendant at this path, or undefined. */
  attribute(name: string, ...path: string[]): string | undefined;
  /** The amount of the descendant at this path in thousandths; zero when there is none. */
  amount(...path: string[]): bigint;
  /** The children of this name. */
  all(name: string): Node[];
};

/** Reads an XML document; throws when it is not well-formed. */
export function readXml(xml: Uint8Array): Node & { readonly name: string } {
  const root = parseXmlDocument(new TextDecoder('utf-8', { fatal: true }).decode(xml)).documentElement;
  if (root === null) throw new Error('the document is empty');
  return { name: root.localName, ...nodeOf(root) };
}

function nodeOf(element: Element): Node {
  const all = (name: string) => element.children.filter((child) => child.localName === name);
  const find = (path: readonly string[]): Element | undefined => {
    let current: Element | undefined = element;
    for (const name of path) current = current?.children.find((child) => child.localName === name);
    return current;
  };
  const text = (...path: string[]) => find(path)?.textContent ?? undefined;
  return {
    text,
    attribute: (name, ...path) => find(path)?.getAttribute(name) ?? undefined,
    amount: (...path) => thousandths(text(...path) ?? '0'),
    all: (name) => all(name).map(nodeOf),
  };
}

function thousandths(text: string): bigint {
  return divideDecimals(decimalOf(text), ONE, 3).coefficient;
}

function decimalOf(text: string): Decimal {
  return parseDecimal(text, { integerDigitsMax: 20, scaleMax: 30, negative: true }, 'text');
}

/**
 * The gross of a line in UBL: quantity x price / base quantity, rounded half away from zero to `decimals`, in
 * thousandths.
 */
export function grossOf(line: Node, decimals: number): bigint {
  const quantity = line.text('InvoicedQuantity') ?? line.text('CreditedQuantity') ?? '0';
  const product = multiplyDecimals(decimalOf(quantity), decimalOf(line.text('Price', 'PriceAmount') ?? '0'));
  const base = decimalOf(line.text('Price', 'BaseQuantity') ?? '1');
  return divideDecimals(product, base, decimals).coefficient * 10n ** BigInt(3 - decimals);
}
