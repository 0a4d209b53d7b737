import { readFileSync } from 'node:fs';

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };

/**
 * An npm that cannot reach a package for another platform leaves it out of the lock file. `npm ci` then refuses the
 * lock file.
 */
test('the lock file has the packages for every platform, so that npm ci works on each', () => {
  const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).filter((name) => packages[`node_modules/${name}`] === undefined),
  );
  expect(missing).toEqual([]);
});

test('the lock file names no registry, so that everybody installs from their own registry', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved?.startsWith('http'))).toEqual([]);
});

test('every package in the lock file has its integrity, so that npm ci refuses a changed package', () => {
  const missing = Object.entries(packages).filter(([path, { integrity }]) => path !== '' && integrity === undefined);
  expect(missing.map(([path]) => path)).toEqual([]);
});
