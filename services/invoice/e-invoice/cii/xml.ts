import { groupElement, type Namespaces, textElement, type XmlElement } from '../xml.ts';

/** The namespaces of the Cross Industry Invoice D16B: of the message, of its components, and of two kinds of types. */
export const NAMESPACES: Namespaces = {
  rsm: 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  ram: 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  qdt: 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
  udt: 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
};

/** UNTDID 2379: a day as YYYYMMDD, the only format that the standard takes. */
const DAY_FORMAT = '102';

/** A part of an aggregate that has a text; undefined for an empty text. */
export function value(
  name: string,
  text: string,
  attributes?: Readonly<Record<string, string>>,
): XmlElement | undefined {
  return textElement(`ram:${name}`, text, attributes);
}

/** An aggregate with the parts that are defined; undefined without any. */
export function group(name: string, ...content: readonly (XmlElement | undefined)[]): XmlElement | undefined {
  return groupElement(`ram:${name}`, content);
}

/**
 * A day, given as `YYYY-MM-DD`; undefined for an empty one. `types` is the namespace of its type, which depends on the
 * element.
 */
export function day(name: string, date: string, types: 'udt' | 'qdt' = 'udt'): XmlElement | undefined {
  const text = textElement(`${types}:DateTimeString`, date.replaceAll('-', ''), { format: DAY_FORMAT });
  return groupElement(`ram:${name}`, [text]);
}
