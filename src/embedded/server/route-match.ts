/** Finds the route of a request among paths with `{name}` parameters. A path without parameters goes first. */
interface Addressed {
  readonly method: string;
  readonly path: string;
}

export type RouteMatch<R> =
  | { readonly kind: 'found'; readonly route: R; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'noMethod'; readonly allowed: readonly string[] }
  | { readonly kind: 'noPath' }
  | { readonly kind: 'badPath' };

export function matchRoute<R extends Addressed>(routes: readonly R[], { method, path }: Addressed): RouteMatch<R> {
  const asked = path.split('/');
  const candidates = routes
    .filter((route) => fits(route.path.split('/'), { asked }))
    .sort((a, b) => parametersIn(a) - parametersIn(b));
  if (candidates.length === 0) return { kind: 'noPath' };
  const route = candidates.find((candidate) => candidate.method === method);
  if (route === undefined)
    return { kind: 'noMethod', allowed: [...new Set(candidates.map((candidate) => candidate.method))] };
  const parameters = parametersOf(route.path.split('/'), { asked });
  return parameters === null ? { kind: 'badPath' } : { kind: 'found', route, parameters };
}

function fits(parts: readonly string[], { asked }: { asked: readonly string[] }): boolean {
  return (
    parts.length === asked.length &&
    parts.every((part, index) => (isParameter(part) ? asked[index] !== '' : part === asked[index]))
  );
}

function parametersOf(
  parts: readonly string[],
  { asked }: { asked: readonly string[] },
): Record<string, string> | null {
  try {
    return Object.fromEntries(
      parts.flatMap((part, index) =>
        isParameter(part) ? [[part.slice(1, -1), decodeURIComponent(asked[index] ?? '')]] : [],
      ),
    );
  } catch {
    return null;
  }
}

function parametersIn({ path }: Addressed): number {
  return path.split('/').filter(isParameter).length;
}

function isParameter(part: string): boolean {
  return part.startsWith('{');
}
