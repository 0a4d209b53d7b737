import { rmSync } from 'node:fs';

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default function teardown(): void {
  rmSync(process.env.SLIPWAY_TEST_PACKAGE ?? '', { recursive: true, force: true });
}
