import { rmSync } from 'node:fs';
import { seenLines } from './seen.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default function tearDown(): void {
  const lines = seenLines();
  if (lines.length > 0) process.stdout.write(`\n${lines.join('\n')}\n`);
  rmSync(process.env.SLIPWAY_TEST_ORACLES_SEEN ?? '', { recursive: true, force: true });
}
