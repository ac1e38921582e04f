import { Document, type Element, serializeToWellFormedString } from 'slimdom';

/** An element of a document, with a text or elements in it. */
export type XmlElement = {
  /** With the prefix of its namespace: `cbc:ID`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly XmlElement[];
};

/** Namespaces by prefix; the empty prefix is that of names without one. */
export type Namespaces = Readonly<Record<string, string>>;

const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** Characters that XML 1.0 cannot hold, not even escaped (Char, 2.2), except lone surrogates. */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text as XML can hold it, without white space at its ends: a space for a control character, U+FFFD for a lone surrogate. */
export function xmlText(text: string): string {
  return text.toWellFormed().replaceAll(NOT_XML, ' ').replaceAll(/\r\n?/g, '\n').trim();
}

/** An element with a text; undefined for an empty text, since an element says that there is a value. */
export function textElement(
  name: string,
  text: string,
  attributes: Readonly<Record<string, string>> = {},
): XmlElement | undefined {
  const content = xmlText(text);
  return content === '' ? undefined : { name, attributes, content };
}

/** An element with a text that was made for it and is kept as it is, ends included; undefined for an empty text. */
export function exactElement(name: string, content: string): XmlElement | undefined {
  return content === '' ? undefined : { name, attributes: {}, content };
}

/** An element with the elements that are defined; undefined without any. */
export function groupElement(name: string, content: readonly (XmlElement | undefined)[]): XmlElement | undefined {
  const elements = content.filter((element) => element !== undefined);
  return elements.length === 0 ? undefined : { name, attributes: {}, content: elements };
}

/** The document in UTF-8, indented for people. The same elements give the same bytes. */
export function writeXml(name: string, namespaces: Namespaces, content: readonly (XmlElement | undefined)[]): Buffer {
  const document = new Document();
  const root = document.createElementNS(namespaceOf(name, namespaces), name);
  for (const [prefix, uri] of Object.entries(namespaces)) {
    root.setAttributeNS(XMLNS, prefix === '' ? 'xmlns' : `xmlns:${prefix}`, uri);
  }
  const elements = content.filter((element) => element !== undefined);
  appendAll(root, elements, { namespaces, lineBreak: '\n' });
  document.appendChild(root);
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${serializeToWellFormedString(document)}\n`);
}

function namespaceOf(name: string, namespaces: Namespaces): string {
  const prefix = name.slice(0, Math.max(0, name.indexOf(':')));
  const namespace = namespaces[prefix];
  if (namespace === undefined) throw new Error(`${name} has no namespace`);
  return namespace;
}

/** Appends node by node, which takes less than half the time of `append` with many. */
function appendAll(
  parent: Element,
  elements: readonly XmlElement[],
  { namespaces, lineBreak }: { readonly namespaces: Namespaces; readonly lineBreak: string },
): void {
  const document = parent.ownerDocument as Document; // every element has one
  const inner = `${lineBreak}  `;
  for (const { name, attributes, content } of elements) {
    const element = document.createElementNS(namespaceOf(name, namespaces), name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, xmlText(value));
    if (typeof content === 'string') element.appendChild(document.createTextNode(content));
    else appendAll(element, content, { namespaces, lineBreak: inner });
    parent.appendChild(document.createTextNode(inner));
    parent.appendChild(element);
  }
  parent.appendChild(document.createTextNode(lineBreak));
}
