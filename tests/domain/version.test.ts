import packageJson from '../../package.json' with { type: 'json' };
import { VERSION } from '../../src/domain/version.ts';

test('the version that Slipway reports is that of its package', () => {
  expect(VERSION).toBe(packageJson.version);
});
