/** Runs the tests of all code that sends to AWS, in a separate process. Returns what the tests made the code send. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../repo/sources.ts';
import { fromJson } from './json-inputs.ts';
import type { SdkInput } from './observed-commands.ts';

/** The adapters, and the contract suites that they share with their twins. */
const WITH_ADAPTERS = ['aws/*', 'contracts/{cloud,token}*'];

export async function adapterInputs(): Promise<SdkInput[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-commands-'));
  const settings = {
    rootDir: ROOT,
    testEnvironment: 'node',
    transform: {},
    extensionsToTreatAsEsm: ['.ts'],
    testMatch: WITH_ADAPTERS.map((tests) => `<rootDir>/tests/${tests}.test.ts`),
    setupFiles: ['<rootDir>/tests/oracles/observed-commands.ts'],
    setupFilesAfterEnv: ['<rootDir>/tests/oracles/keep-commands.ts'],
    maxWorkers: 1,
  };
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const args = ['--experimental-vm-modules', jest, '--config', JSON.stringify(settings)];
  try {
    await promisify(execFile)(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', SLIPWAY_TEST_COMMANDS: folder },
      maxBuffer: 64 << 20,
    });
    const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    return files.flatMap((text) => fromJson(JSON.parse(text)) as SdkInput[]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
