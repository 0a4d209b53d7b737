/**
 * The prefix of the alias by which Slipway pins the previous version: AWS does not delete a version while an alias
 * points to it.
 */

export const PIN_PREFIX = 'slipway-before-';

export function pinAlias({ alias }: { readonly alias: string }): string {
  return `${PIN_PREFIX}${alias}`;
}
