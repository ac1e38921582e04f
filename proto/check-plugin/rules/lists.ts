import { type DescField, type DescMessage, type DescMethod, getOption, ScalarType } from '@bufbuild/protobuf';
import { field as fieldRules } from '../../../gen/buf/validate/validate_pb.ts';
import { type Category, type Finding, type LintRule, methodsOf, nameOf } from '../rule.ts';
import { isInternal } from './http-options.ts';

const PAGE_SIZE_MAX = 100;
/** Services that page through everything may use larger pages than clients. */
const PAGE_SIZE_MAX_INTERNAL = 1000;

/** RPCs that give all rows there are. */
const listing = /^(List|Search|Export)[A-Z]/;

const LISTS: Category = { id: 'LISTS', purpose: 'Checks that lists are given page by page.' };

/** No response grows with the data of an account. */
export const listPaginated: LintRule = {
  id: 'LIST_PAGINATED',
  category: LISTS,
  purpose:
    'Checks that List, Search and Export RPCs give one list, paged by page_size, page_token and next_page_token.',
  check: (contracts) =>
    methodsOf(contracts)
      .filter((method) => listing.test(method.name))
      .flatMap((method): Finding[] => [
        ...requireField(method, method.input, 'page_size', ScalarType.INT32),
        ...requireField(method, method.input, 'page_token', ScalarType.STRING),
        ...requireField(method, method.output, 'next_page_token', ScalarType.STRING),
        ...requireOneList(method),
      ]),
};

function requireField(method: DescMethod, message: DescMessage, name: string, scalar: ScalarType): Finding[] {
  const field = fieldNamed(message, name);
  if (field?.fieldKind === 'scalar' && field.scalar === scalar) return [];
  const type = ScalarType[scalar].toLowerCase();
  const text = `RPC "${nameOf(method)}" gives a list, so "${message.typeName}" needs "${type} ${name}".`;
  return [{ message: text, place: { element: field ?? message } }];
}

function requireOneList(method: DescMethod): Finding[] {
  const lists = method.output.fields.filter((field) => field.fieldKind === 'list');
  if (lists.length === 1) return [];
  const text = `RPC "${nameOf(method)}" gives a list, so "${method.output.typeName}" needs exactly one repeated field.`;
  return [{ message: text, place: { element: lists[1] ?? method.output } }];
}

/** A page fits into memory, here and at the client. */
export const pageSizeBounded: LintRule = {
  id: 'PAGE_SIZE_BOUNDED',
  category: LISTS,
  purpose: `Checks that page_size goes from 0 to at most ${PAGE_SIZE_MAX}, between services to ${PAGE_SIZE_MAX_INTERNAL}.`,
  check: (contracts) =>
    methodsOf(contracts).flatMap((method): Finding[] => {
      const field = fieldNamed(method.input, 'page_size');
      const max = isInternal(method) ? PAGE_SIZE_MAX_INTERNAL : PAGE_SIZE_MAX;
      if (field === undefined || isPageSize(field, max)) return [];
      const text = `"${field.parent.typeName}.page_size" needs (buf.validate.field).int32 = {gte: 0, lte: ${max}} or less.`;
      return [{ message: text, place: { element: field } }];
    }),
};

function isPageSize(field: DescField, max: number): boolean {
  const { type: rules } = getOption(field, fieldRules);
  if (rules.case !== 'int32') return false;
  const { lessThan, greaterThan } = rules.value;
  return lessThan.case === 'lte' && lessThan.value <= max && greaterThan.case === 'gte' && greaterThan.value >= 0;
}

function fieldNamed(message: DescMessage, name: string): DescField | undefined {
  return message.fields.find((field) => field.name === name);
}
