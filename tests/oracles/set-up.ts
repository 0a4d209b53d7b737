import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPrograms } from '../python/virtual-environment.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setup(): Promise<void> {
  process.env.SLIPWAY_TEST_ORACLES = await installPrograms({
    requirements: new URL('./requirements.txt', import.meta.url).pathname,
    programs: 'the oracles',
    suite: 'the oracle tests',
    cache: 'oracles',
  });
  process.env.SLIPWAY_TEST_ORACLES_SEEN = mkdtempSync(join(tmpdir(), 'slipway-oracles-'));
}
