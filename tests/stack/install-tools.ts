import { installPrograms } from '../python/virtual-environment.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setup(): Promise<void> {
  process.env.SLIPWAY_TEST_STACK_TOOLS = await installPrograms({
    requirements: new URL('./tools/requirements.txt', import.meta.url).pathname,
    programs: 'cfn-lint and checkov',
    suite: 'the stack tests',
    cache: 'stack-tools',
  });
}
