#!/usr/bin/env node
/** The command `slipway`: runs the built program in the npm package, and the sources in a clone of the repository. */
import { existsSync } from 'node:fs';

const sources = new URL('../src/cli/main.ts', import.meta.url);
const isClone = existsSync(sources);
const problem = isClone ? problemOfClone() : problemOfPackage();

if (problem === undefined) {
  // Stack traces name the lines of the sources. A clone runs its sources, so it needs no maps.
  if (!isClone) process.setSourceMapsEnabled(true);
  await import(isClone ? sources : new URL('../dist/main.js', import.meta.url));
} else {
  console.error(problem);
  process.exitCode = 1;
}

/** Node runs TypeScript by itself from version 22.18 on. */
function problemOfClone() {
  if (process.features.typescript) return undefined;
  return `A clone of Slipway does not run under Node ${process.versions.node}. Run npm ci, then npx slipway: npx takes the Node of the clone.`;
}

function problemOfPackage() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 12)) return undefined;
  return `Slipway needs Node 20.12 or later, and this is Node ${process.versions.node}. Install a later Node, and repeat the command.`;
}
