import type { Node } from './read-xml.ts';

/**
 * What a document says, by the numbers of the terms in EN 16931; undefined when it says nothing. The same in both
 * syntaxes.
 */
export type Terms = Readonly<Record<string, unknown>>;

/** What a document in UBL says. */
export function termsOfUbl(xml: Node & { readonly name: string }): Terms {
  const [type, quantity] = xml.name === 'Invoice' ? ['Invoice', 'Invoiced'] : ['CreditNote', 'Credited'];
  const totals = (name: string) => xml.text('LegalMonetaryTotal', name);
  const account = ['PaymentMeans', 'PayeeFinancialAccount'];
  const place = (...path: string[]) => xml.text('Delivery', 'DeliveryLocation', 'Address', ...path);
  return {
    ...{
      1: xml.text('ID'),
      2: xml.text('IssueDate'),
      3: xml.text(`${type}TypeCode`),
      5: xml.text('DocumentCurrencyCode'),
    },
    ...{ 9: xml.text('DueDate'), 10: xml.text('BuyerReference'), 13: xml.text('OrderReference', 'ID') },
    ...{ 22: xml.text('Note'), 23: xml.text('ProfileID'), 24: xml.text('CustomizationID') },
    25: xml.text('BillingReference', 'InvoiceDocumentReference', 'ID'),
    26: xml.text('BillingReference', 'InvoiceDocumentReference', 'IssueDate'),
    20: xml.text('PaymentTerms', 'Note'),
    ...{ 73: xml.text('InvoicePeriod', 'StartDate'), 74: xml.text('InvoicePeriod', 'EndDate') },
    72: xml.text('Delivery', 'ActualDeliveryDate'),
    ...{ 77: place('CityName'), 78: place('PostalZone'), 80: place('Country', 'IdentificationCode') },
    ...{ 81: xml.text('PaymentMeans', 'PaymentMeansCode'), 83: xml.text('PaymentMeans', 'PaymentID') },
    ...{ 84: xml.text(...account, 'ID'), 85: xml.text(...account, 'Name') },
    86: xml.text(...account, 'FinancialInstitutionBranch', 'ID'),
    ...{ 106: totals('LineExtensionAmount'), 107: totals('AllowanceTotalAmount'), 108: totals('ChargeTotalAmount') },
    ...{ 109: totals('TaxExclusiveAmount'), 110: xml.text('TaxTotal', 'TaxAmount'), 112: totals('TaxInclusiveAmount') },
    ...{ 113: totals('PrepaidAmount'), 114: totals('PayableRoundingAmount'), 115: totals('PayableAmount') },
    seller: xml.all('AccountingSupplierParty').flatMap((node) => node.all('Party').map(partyOfUbl)),
    buyer: xml.all('AccountingCustomerParty').flatMap((node) => node.all('Party').map(partyOfUbl)),
    adjustments: xml.all('AllowanceCharge').map(adjustmentOfUbl),
    taxes: xml
      .all('TaxTotal')
      .flatMap((node) => node.all('TaxSubtotal'))
      .map((node) => ({
        ...{ 116: node.text('TaxableAmount'), 117: node.text('TaxAmount'), 118: node.text('TaxCategory', 'ID') },
        119: node.text('TaxCategory', 'Percent'),
        120: node.text('TaxCategory', 'TaxExemptionReason'),
        121: node.text('TaxCategory', 'TaxExemptionReasonCode'),
      })),
    lines: xml.all(`${type}Line`).map((node) => ({
      ...{
        126: node.text('ID'),
        129: node.text(`${quantity}Quantity`),
        130: node.attribute('unitCode', `${quantity}Quantity`),
      },
      ...{
        131: node.text('LineExtensionAmount'),
        146: node.text('Price', 'PriceAmount'),
        153: node.text('Item', 'Name'),
      },
      ...{ 149: node.text('Price', 'BaseQuantity'), 150: node.attribute('unitCode', 'Price', 'BaseQuantity') },
      151: node.text('Item', 'ClassifiedTaxCategory', 'ID'),
      152: node.text('Item', 'ClassifiedTaxCategory', 'Percent'),
      adjustments: node.all('AllowanceCharge').map(adjustmentOfUbl),
    })),
  };
}

function partyOfUbl(node: Node): Terms {
  const address = (...path: string[]) => node.text('PostalAddress', ...path);
  const number = (scheme: string) =>
    node
      .all('PartyTaxScheme')
      .find((each) => each.text('TaxScheme', 'ID') === scheme)
      ?.text('CompanyID');
  return {
    name: node.text('PartyLegalEntity', 'RegistrationName'),
    identifier: node.text('PartyIdentification', 'ID'),
    vatNumber: number('VAT'),
    localNumber: number('TAX'),
    endpoint: [node.text('EndpointID'), node.attribute('schemeID', 'EndpointID')],
    contact: [node.text('Contact', 'Name'), node.text('Contact', 'Telephone'), node.text('Contact', 'ElectronicMail')],
    legal: [node.text('PartyLegalEntity', 'CompanyID'), node.attribute('schemeID', 'PartyLegalEntity', 'CompanyID')],
    lines: [address('StreetName'), address('AdditionalStreetName')],
    city: [address('PostalZone'), address('CityName'), address('CountrySubentity')],
    country: address('Country', 'IdentificationCode'),
  };
}

function adjustmentOfUbl(node: Node): Terms {
  return {
    isCharge: node.text('ChargeIndicator'),
    reason: [node.text('AllowanceChargeReasonCode'), node.text('AllowanceChargeReason')],
    share: [node.text('MultiplierFactorNumeric'), node.text('BaseAmount')],
    amount: node.text('Amount'),
    tax: [node.text('TaxCategory', 'ID'), node.text('TaxCategory', 'Percent')],
  };
}

/** What a document in CII says. */
export function termsOfCii(xml: Node): Terms {
  const [context, head] = ['ExchangedDocumentContext', 'ExchangedDocument'];
  const deal = 'SupplyChainTradeTransaction';
  const agreement = (...path: string[]) => xml.text(deal, 'ApplicableHeaderTradeAgreement', ...path);
  const delivery = (...path: string[]) => xml.text(deal, 'ApplicableHeaderTradeDelivery', ...path);
  const place = (name: string) => delivery('ShipToTradeParty', 'PostalTradeAddress', name);
  const [settlement] = xml.all(deal).flatMap((node) => node.all('ApplicableHeaderTradeSettlement'));
  if (settlement === undefined) throw new Error('there is no settlement');
  const totals = (name: string) => settlement.text('SpecifiedTradeSettlementHeaderMonetarySummation', name);
  const means = (...path: string[]) => settlement.text('SpecifiedTradeSettlementPaymentMeans', ...path);
  const account = (name: string) => means('PayeePartyCreditorFinancialAccount', name);
  const party = (role: string) =>
    xml
      .all(deal)
      .flatMap((node) => node.all('ApplicableHeaderTradeAgreement').flatMap((each) => each.all(role).map(partyOfCii)));
  return {
    ...{ 1: xml.text(head, 'ID'), 2: dayOf(xml.text(head, 'IssueDateTime')), 3: xml.text(head, 'TypeCode') },
    ...{
      5: settlement.text('InvoiceCurrencyCode'),
      9: dayOf(settlement.text('SpecifiedTradePaymentTerms', 'DueDateDateTime')),
    },
    20: settlement.text('SpecifiedTradePaymentTerms', 'Description'),
    ...{ 10: agreement('BuyerReference'), 13: agreement('BuyerOrderReferencedDocument', 'IssuerAssignedID') },
    22: xml.text(head, 'IncludedNote', 'Content'),
    23: xml.text(context, 'BusinessProcessSpecifiedDocumentContextParameter', 'ID'),
    24: xml.text(context, 'GuidelineSpecifiedDocumentContextParameter', 'ID'),
    25: settlement.text('InvoiceReferencedDocument', 'IssuerAssignedID'),
    26: dayOf(settlement.text('InvoiceReferencedDocument', 'FormattedIssueDateTime')),
    73: dayOf(settlement.text('BillingSpecifiedPeriod', 'StartDateTime')),
    74: dayOf(settlement.text('BillingSpecifiedPeriod', 'EndDateTime')),
    72: dayOf(delivery('ActualDeliverySupplyChainEvent', 'OccurrenceDateTime')),
    ...{ 77: place('CityName'), 78: place('PostcodeCode'), 80: place('CountryID') },
    ...{ 81: means('TypeCode'), 83: settlement.text('PaymentReference') },
    ...{ 84: account('IBANID') ?? account('ProprietaryID'), 85: account('AccountName') },
    86: means('PayeeSpecifiedCreditorFinancialInstitution', 'BICID'),
    ...{ 106: totals('LineTotalAmount'), 107: totals('AllowanceTotalAmount'), 108: totals('ChargeTotalAmount') },
    ...{ 109: totals('TaxBasisTotalAmount'), 110: totals('TaxTotalAmount'), 112: totals('GrandTotalAmount') },
    ...{ 113: totals('TotalPrepaidAmount'), 114: totals('RoundingAmount'), 115: totals('DuePayableAmount') },
    seller: party('SellerTradeParty'),
    buyer: party('BuyerTradeParty'),
    adjustments: settlement.all('SpecifiedTradeAllowanceCharge').map(adjustmentOfCii),
    taxes: settlement.all('ApplicableTradeTax').map((node) => ({
      ...{ 116: node.text('BasisAmount'), 117: node.text('CalculatedAmount'), 118: node.text('CategoryCode') },
      119: node.text('RateApplicablePercent'),
      120: node.text('ExemptionReason'),
      121: node.text('ExemptionReasonCode'),
    })),
    lines: xml.all(deal).flatMap((node) => node.all('IncludedSupplyChainTradeLineItem').map(lineOfCii)),
  };
}

function lineOfCii(node: Node): Terms {
  const price = ['SpecifiedLineTradeAgreement', 'NetPriceProductTradePrice'];
  const quantity = ['SpecifiedLineTradeDelivery', 'BilledQuantity'];
  const settlement = (...path: string[]) => node.text('SpecifiedLineTradeSettlement', ...path);
  return {
    ...{ 126: node.text('AssociatedDocumentLineDocument', 'LineID'), 153: node.text('SpecifiedTradeProduct', 'Name') },
    ...{
      129: node.text(...quantity),
      130: node.attribute('unitCode', ...quantity),
      146: node.text(...price, 'ChargeAmount'),
    },
    131: settlement('SpecifiedTradeSettlementLineMonetarySummation', 'LineTotalAmount'),
    ...{ 149: node.text(...price, 'BasisQuantity'), 150: node.attribute('unitCode', ...price, 'BasisQuantity') },
    151: settlement('ApplicableTradeTax', 'CategoryCode'),
    152: settlement('ApplicableTradeTax', 'RateApplicablePercent'),
    adjustments: node
      .all('SpecifiedLineTradeSettlement')
      .flatMap((each) => each.all('SpecifiedTradeAllowanceCharge').map(adjustmentOfCii)),
  };
}

function partyOfCii(node: Node): Terms {
  const address = (name: string) => node.text('PostalTradeAddress', name);
  const number = (scheme: string) =>
    node
      .all('SpecifiedTaxRegistration')
      .find((each) => each.attribute('schemeID', 'ID') === scheme)
      ?.text('ID');
  const contact = (...path: string[]) => node.text('DefinedTradeContact', ...path);
  const legal = ['SpecifiedLegalOrganization', 'ID'];
  const endpoint = ['URIUniversalCommunication', 'URIID'];
  return {
    name: node.text('Name'),
    identifier: node.text('ID'),
    vatNumber: number('VA'),
    localNumber: number('FC'),
    endpoint: [node.text(...endpoint), node.attribute('schemeID', ...endpoint)],
    contact: [
      contact('PersonName'),
      contact('TelephoneUniversalCommunication', 'CompleteNumber'),
      contact('EmailURIUniversalCommunication', 'URIID'),
    ],
    legal: [node.text(...legal), node.attribute('schemeID', ...legal)],
    lines: [address('LineOne'), address('LineTwo')],
    city: [address('PostcodeCode'), address('CityName'), address('CountrySubDivisionName')],
    country: address('CountryID'),
  };
}

function adjustmentOfCii(node: Node): Terms {
  return {
    isCharge: node.text('ChargeIndicator', 'Indicator'),
    reason: [node.text('ReasonCode'), node.text('Reason')],
    share: [node.text('CalculationPercent'), node.text('BasisAmount')],
    amount: node.text('ActualAmount'),
    tax: [node.text('CategoryTradeTax', 'CategoryCode'), node.text('CategoryTradeTax', 'RateApplicablePercent')],
  };
}

/** `20260301`, with white space around it, in the form of a day in UBL. */
function dayOf(text: string | undefined): string | undefined {
  return text?.trim().replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
}
