#!/usr/bin/env node
/** The command `slipway`: runs the built program in the npm package, and the sources in a clone of the repository. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCES = new URL('../src/cli/main.ts', import.meta.url);
/** `npm ci` installs it in a clone. */
const NODE_OF_THE_CLONE = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (existsSync(SOURCES)) await runSources();
else await runPackage();

async function runPackage() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 12))
    return refuse(
      `Slipway needs Node 20.12 or later, and this is Node ${process.versions.node}. Install a later Node.`,
    );
  // Stack traces name the lines of the sources.
  process.setSourceMapsEnabled(true);
  await import('../dist/main.js');
}

/** Node runs TypeScript by itself from version 22.18 on. */
async function runSources() {
  if (process.features.typescript) await import(SOURCES);
  else if (existsSync(NODE_OF_THE_CLONE)) runUnderNodeOfTheClone();
  else refuse('The packages of this clone are not installed. Run npm ci in its folder, and repeat the command.');
}

function runUnderNodeOfTheClone() {
  const child = spawn(NODE_OF_THE_CLONE, [fileURLToPath(SOURCES), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes. Both must stay until the command has ended by itself.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

function refuse(problem) {
  console.error(`\n${problem}\n`);
  process.exitCode = 1;
}
