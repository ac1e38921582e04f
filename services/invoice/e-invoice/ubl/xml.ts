import { groupElement, textElement, type XmlElement } from '../xml.ts';

/** The namespaces of the components that UBL documents share. */
export const NAMESPACES = {
  cac: 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  cbc: 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
} as const;

/** A basic component of UBL, which has a text; undefined for an empty text. */
export function basic(
  name: string,
  text: string,
  attributes?: Readonly<Record<string, string>>,
): XmlElement | undefined {
  return textElement(`cbc:${name}`, text, attributes);
}

/** An aggregate component of UBL with the elements that are defined; undefined without any. */
export function aggregate(name: string, ...content: readonly (XmlElement | undefined)[]): XmlElement | undefined {
  return groupElement(`cac:${name}`, content);
}
