/** The alias of Slipway's own that keeps the version before from being deleted: AWS refuses while an alias points to it. */

export const PIN_PREFIX = 'slipway-before-';

export function pinAlias({ alias }: { readonly alias: string }): string {
  return `${PIN_PREFIX}${alias}`;
}
