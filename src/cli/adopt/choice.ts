/** Picks one of the found functions or Deployments by the name that a person gives. */
import { SlipwayError } from '../../domain/errors.ts';

export interface Choosable<T> {
  readonly item: T;
  /** Messages show the first name. */
  readonly names: readonly string[];
}

export interface Choice {
  readonly wanted: string | undefined;
  /** The file in which they were found. */
  readonly path: string;
}

const SHOWN_MAX = 40;

export function chosen<T>(all: readonly Choosable<T>[], { wanted, path }: Choice): T {
  if (all.length === 0) {
    const fact = `${path} has no Lambda function and no Deployment.`;
    throw refused(`${fact} Name the output of the stack, or the manifests, that have one.`);
  }
  const named = wanted === undefined ? all : matching(all, wanted);
  const [only, second] = named;
  if (only !== undefined && second === undefined) return only.item;
  const names = (named.length === 0 ? all : named).map(({ names }) => names[0] ?? '');
  const more = names.length > SHOWN_MAX ? [`and ${names.length - SHOWN_MAX} more`] : [];
  const list = [...names.slice(0, SHOWN_MAX), ...more].map((name) => `\n  ${name}`).join('');
  if (wanted === undefined) throw refused(`${path} has ${all.length} of them. Choose one with --function NAME:${list}`);
  const fact =
    named.length === 0 ? `${path} has no ${wanted}` : `${path} has ${named.length} that are called ${wanted}`;
  throw refused(`${fact}. Choose one of these with --function NAME:${list}`);
}

/**
 * An exact name comes first. Otherwise a name matches that differs in upper and lower case, or that is the end of a
 * path.
 */
function matching<T>(all: readonly Choosable<T>[], wanted: string): readonly Choosable<T>[] {
  const exact = all.filter(({ names }) => names.includes(wanted));
  if (exact.length > 0) return exact;
  const isLike = (name: string) =>
    name.toLowerCase() === wanted.toLowerCase() || name.toLowerCase().endsWith(`/${wanted.toLowerCase()}`);
  return all.filter(({ names }) => names.some(isLike));
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
