/** The programs that Kubernetes teams use, as the set-up of this suite has built them. */
import { join } from 'node:path';

export function helm(): string {
  return join(installed('SLIPWAY_TEST_ADOPT_HELM'), 'helm');
}

export function kubectl(): string {
  return installed('SLIPWAY_TEST_ADOPT_KUBECTL');
}

/** The definition of a kind, as the tool that reads such objects ships it: `application.yaml`, `kustomization.yaml`. */
export function definition(name: string): string {
  return join(installed('SLIPWAY_TEST_ADOPT_DEFINITIONS'), name);
}

function installed(name: string): string {
  const path = process.env[name];
  if (path === undefined) throw new Error('The tools are not installed. Run these tests by npm run test:adopt.');
  return path;
}
