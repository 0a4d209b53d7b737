/** Replaces whole files of packages, and fails the build when a package no longer has such a file. */
import { readFile } from 'node:fs/promises';

/** The text of a part that was left out: code that reaches the part gets an error that says so. */
export function missing(what) {
  return `throw new Error(${JSON.stringify(`${what} is not in the bundle; see the folder bundling.`)});`;
}

/**
 * A plugin of esbuild. `packages`: regular expression of a package's name -> path in the package -> new text, or a
 * function from the package's text to the new text. When any file of a package is bundled, each of its listed paths must
 * be bundled too. Otherwise the package has changed, and the replacement would silently do nothing.
 */
export function replacing(name, packages) {
  return {
    name,
    setup(build) {
      for (const [namePattern, files] of Object.entries(packages)) replaceIn(build, { name, namePattern, files });
    },
  };
}

function replaceIn({ onStart, onLoad, onEnd }, { name, namePattern, files }) {
  /** The paths that were replaced, by folder of a package of which something is bundled. */
  const replaced = new Map();
  onStart(() => replaced.clear());
  onLoad({ filter: new RegExp(`/node_modules/${namePattern}/`) }, async ({ path }) => {
    const [folder] = path.match(new RegExp(`^.*/node_modules/${namePattern}/`));
    const inPackage = path.slice(folder.length);
    if (!replaced.has(folder)) replaced.set(folder, new Set());
    const contents = files[inPackage];
    if (contents === undefined) return undefined;
    replaced.get(folder).add(inPackage);
    return { contents: typeof contents === 'string' ? contents : contents(await readFile(path, 'utf8')), loader: 'js' };
  });
  onEnd(() => ({
    errors: [...replaced].flatMap(([folder, found]) =>
      Object.keys(files)
        .filter((file) => !found.has(file))
        .map((file) => ({
          text: `The plugin "${name}" replaces ${folder}${file}, and the bundle does not load that file. Correct the path in the folder bundling, or delete the replacement.`,
        })),
    ),
  }));
}
