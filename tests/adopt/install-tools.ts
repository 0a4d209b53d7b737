import { installPrograms } from '../python/virtual-environment.ts';
import { installCdk } from './install-cdk.ts';
import { installHelm } from './install-helm.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setup(): Promise<void> {
  const [python, cdk, helm] = await Promise.all([
    installPrograms({
      requirements: new URL('./tools/requirements.txt', import.meta.url).pathname,
      programs: 'the SAM translator and a parser of HCL',
      suite: 'the tests of examples/adopt',
      cache: 'adopt-python',
    }),
    installCdk(),
    installHelm(),
  ]);
  process.env.SLIPWAY_TEST_ADOPT_PYTHON = python;
  process.env.SLIPWAY_TEST_ADOPT_CDK = cdk;
  process.env.SLIPWAY_TEST_ADOPT_HELM = helm;
}
