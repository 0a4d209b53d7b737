import { buildControlPlane } from '../cluster/build-control-plane.ts';
import { installPrograms } from '../python/virtual-environment.ts';
import { installCdk } from './install-cdk.ts';
import { installDefinitions } from './install-definitions.ts';
import { installHelm } from './install-helm.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setup(): Promise<void> {
  const [python, cdk, helm, definitions, built] = await Promise.all([
    installPrograms({
      requirements: new URL('./tools/requirements.txt', import.meta.url).pathname,
      programs: 'the SAM translator and a parser of HCL',
      suite: 'the tests of examples/adopt',
      cache: 'adopt-python',
    }),
    installCdk(),
    installHelm(),
    installDefinitions(),
    // The suite needs its kubectl, which the cluster tests have already built.
    buildControlPlane(),
  ]);
  process.env.SLIPWAY_TEST_ADOPT_PYTHON = python;
  process.env.SLIPWAY_TEST_ADOPT_CDK = cdk;
  process.env.SLIPWAY_TEST_ADOPT_HELM = helm;
  process.env.SLIPWAY_TEST_ADOPT_DEFINITIONS = definitions;
  process.env.SLIPWAY_TEST_ADOPT_KUBECTL = built.program('kubectl');
}
