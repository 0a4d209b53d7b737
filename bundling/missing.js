/** What stands in the place of a thing that was left out: reached all the same, it says so. */
export function missing(what) {
  return `throw new Error(${JSON.stringify(`${what} is not in the bundle; see the folder bundling.`)});`;
}

/** Puts other text in the place of whole files. Each says, in its list, why nothing of it is reached. */
export function replacing(name, replaced) {
  return {
    name,
    setup({ onLoad }) {
      for (const { file, contents } of replaced) onLoad({ filter: file }, () => ({ contents, loader: 'js' }));
    },
  };
}
