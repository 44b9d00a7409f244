/** Long lists, page by page: a cursor is what the last item of a page is called by. */
import { z } from 'zod';
import { fault } from '../../core/error/error.ts';
import { Refusal } from './problems.ts';
import type { Parameter } from './route.ts';

const usualSize = 100;
const mostItems = 1000;

export const pageParameters: readonly Parameter[] = [
  {
    in: 'query',
    name: 'cursor',
    description: 'Of the page before; absent for the first',
    schema: z.string(),
  },
  {
    in: 'query',
    name: 'limit',
    description: `Items of a page: ${usualSize} by default`,
    schema: z.int().min(1).max(mostItems),
  },
];

type Query = Readonly<Record<string, string | string[] | undefined>>;

interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: { readonly cursor?: string };
}

/**
 * @param nameOf what an item is called by, each differently
 * @throws Refusal 400 for a cursor that is none, or has gone
 */
export function pageOf<T>(all: readonly T[], nameOf: (item: T) => string, query: Query): Page<T> {
  const after = oneOf(query, 'cursor');
  const start = after === undefined ? 0 : all.findIndex((item) => nameOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw badParameter('cursor', 'it is none, or has gone');
  return pageFrom(all.slice(start), nameOf, query);
}

/**
 * Of a list in the order of names, of which no more is read than the page needs.
 * @param listAfter what comes after that name, which may have gone meanwhile
 */
export function pageByName<T>(
  listAfter: (name: string | undefined) => Iterable<T>,
  nameOf: (item: T) => string,
  query: Query,
): Page<T> {
  return pageFrom(listAfter(oneOf(query, 'cursor')), nameOf, query);
}

function pageFrom<T>(list: Iterable<T>, nameOf: (item: T) => string, query: Query): Page<T> {
  const limit = limitOf(query);
  const items: T[] = [];
  for (const item of list) {
    const last = items.at(-1);
    if (items.length === limit && last !== undefined) {
      return { items, cursor: { cursor: nameOf(last) } };
    }
    items.push(item);
  }
  return { items, cursor: {} };
}

function limitOf(query: Query): number {
  const text = oneOf(query, 'limit') ?? String(usualSize);
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > mostItems) throw badParameter('limit', `it is 1 to ${mostItems}`);
  return limit;
}

/** A parameter that is there once at most. @throws Refusal 400 */
export function oneOf(query: Query, name: string): string | undefined {
  const value = query[name];
  if (Array.isArray(value)) throw badParameter(name, 'it is there more than once');
  return value;
}

/** A whole number that is there once at most. @throws Refusal 400 */
export function numberOf(query: Query, name: string): number | undefined {
  const text = oneOf(query, name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badParameter(name, 'it is a number');
}

/** Of a parameter of the query that is not what it should be. */
export function badParameter(name: string, message: string): Refusal {
  return new Refusal(400, [fault('request.form', name, message)]);
}
