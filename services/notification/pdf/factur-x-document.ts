import { FallbackFontsDocument } from './fallback-fonts-document.ts';

/** The name of the e-invoice within the file, as Factur-X 1.0 requires. */
const FILE_NAME = 'factur-x.xml';

const NAMESPACE = 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#';

/** What the metadata say about the e-invoice. Credit notes have the same type, and are told apart within the e-invoice. */
const PROPERTIES = [
  { name: 'DocumentType', value: 'INVOICE', description: 'What kind of document the embedded file is' },
  { name: 'DocumentFileName', value: FILE_NAME, description: 'Under which name it is embedded' },
  { name: 'Version', value: '1.0', description: 'Which version of Factur-X it follows' },
  { name: 'ConformanceLevel', value: 'EN 16931', description: 'Which profile of Factur-X it follows' },
] as const;

/**
 * A PDF/A-3b (ISO 19005-3) with an e-invoice in CII that says the same as its pages: Factur-X 1.0, which is ZUGFeRD 2, in the profile
 * EN 16931. All fonts must be embedded, and no character may be written that they do not have.
 */
export class FacturXDocument extends FallbackFontsDocument {
  constructor(options: PDFKit.PDFDocumentOptions, eInvoice: Uint8Array, createTime: Date) {
    super({ ...options, pdfVersion: '1.7', subset: 'PDF/A-3b' });
    const attachment = {
      name: FILE_NAME,
      type: 'text/xml',
      description: 'The same invoice according to EN 16931, for machines',
      relationship: 'Alternative', // which the types of pdfkit do not know
      creationDate: createTime,
      modifiedDate: createTime,
    };
    this.file(Buffer.from(eInvoice), attachment);
    this.appendXML(extensionSchema());
    this.appendXML(`<rdf:Description rdf:about="" xmlns:fx="${NAMESPACE}">
      ${PROPERTIES.map(({ name, value }) => `<fx:${name}>${value}</fx:${name}>`).join('\n      ')}
    </rdf:Description>`);
  }

  /** Makes an object of the PDF. Mends the checksum, whose 16 bytes (ISO 32000-1, 7.11.4) pdfkit writes as a text of 32 digits. */
  override ref(
    data: { readonly Type?: string; readonly Params?: { CheckSum?: unknown } } = {},
  ): PDFKit.PDFKitReference {
    if (data.Type === 'EmbeddedFile' && data.Params !== undefined) {
      data.Params.CheckSum = Buffer.from(`${data.Params.CheckSum}`, 'hex');
    }
    return super.ref(data);
  }

  /** Ends the metadata. pdfkit puts texts into their XML unescaped. Where the texts are not XML, it has already written them by now. */
  override endMetadata(): void {
    for (const key of ['Title', 'Author'] as const) {
      const text = this.info[key];
      if (text !== undefined) this.info[key] = toXmlText(text);
    }
    super.endMetadata();
  }
}

/** PDF/A requires a description of every property that it does not know itself. */
function extensionSchema(): string {
  const properties = PROPERTIES.map(
    ({ name, description }) => `<rdf:li rdf:parseType="Resource">
              <pdfaProperty:name>${name}</pdfaProperty:name>
              <pdfaProperty:valueType>Text</pdfaProperty:valueType>
              <pdfaProperty:category>external</pdfaProperty:category>
              <pdfaProperty:description>${description}</pdfaProperty:description>
            </rdf:li>`,
  );
  return `<rdf:Description rdf:about=""
      xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
      xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
      xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
      <pdfaExtension:schemas>
        <rdf:Bag>
          <rdf:li rdf:parseType="Resource">
            <pdfaSchema:schema>Factur-X</pdfaSchema:schema>
            <pdfaSchema:namespaceURI>${NAMESPACE}</pdfaSchema:namespaceURI>
            <pdfaSchema:prefix>fx</pdfaSchema:prefix>
            <pdfaSchema:property>
              <rdf:Seq>
            ${properties.join('\n            ')}
              </rdf:Seq>
            </pdfaSchema:property>
          </rdf:li>
        </rdf:Bag>
      </pdfaExtension:schemas>
    </rdf:Description>`;
}

/** A text within XML. What XML 1.0 cannot contain, not even escaped, becomes U+FFFD. */
function toXmlText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
