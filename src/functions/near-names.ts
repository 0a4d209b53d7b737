/**
 * Adds to the refusal of an unknown service the names that are near to it, as far as the caller may see them. A
 * mistyped name is the usual reason.
 */
import { distance } from 'fastest-levenshtein';
import { type Access, visibleServices } from '../domain/access/access.ts';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { Services } from '../ports/services.ts';

/** Returns the error with the near names, or unchanged when it is about something else or no name is near. */
export async function withNearNames(
  error: unknown,
  { ports, access }: { readonly ports: unknown; readonly access: Access },
): Promise<unknown> {
  if (!isSlipwayError(error, 'NotFound') || typeof error.details.noService !== 'string' || !listsServices(ports))
    return error;
  const visible = visibleServices(access);
  const names = (await ports.services.list().catch(() => [])).map(({ name }) => name);
  const near = nearNames(
    error.details.noService,
    visible === '*' ? names : names.filter((name) => visible.includes(name)),
  );
  if (near.length === 0) return error;
  const message = `${error.message} Did you mean ${near.join(' or ')}?`;
  return new SlipwayError('NotFound', message, { cause: error, details: error.details });
}

/** At most three names, the nearest first. A third of the letters may differ, and at least one. */
function nearNames(asked: string, names: readonly string[]): readonly string[] {
  const limit = Math.max(1, Math.floor(asked.length / 3));
  return names
    .map((name) => ({ name, apart: distance(asked.toLowerCase(), name) }))
    .filter(({ name, apart }) => apart <= limit || name.startsWith(asked.toLowerCase()))
    .toSorted((one, other) => one.apart - other.apart)
    .slice(0, 3)
    .map(({ name }) => name);
}

function listsServices(ports: unknown): ports is { readonly services: Pick<Services, 'list'> } {
  const services = (ports as { readonly services?: { readonly list?: unknown } }).services;
  return typeof services?.list === 'function';
}
