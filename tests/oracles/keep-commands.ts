/**
 * Loaded by the adapters' own tests: it writes what they made the product send into a file, which the oracle then
 * reads.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { asJson } from './json-inputs.ts';
import { commandsMade } from './observed-commands.ts';

afterAll(() => {
  const { testPath = '' } = expect.getState();
  const file = `${testPath.replace(/\W+/g, '-')}.json`;
  writeFileSync(join(process.env.SLIPWAY_TEST_COMMANDS ?? '', file), JSON.stringify(asJson(commandsMade())));
});
