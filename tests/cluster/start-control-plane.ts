import { type ControlPlane, startControlPlane } from './control-plane.ts';

declare global {
  var localControlPlane: ControlPlane | undefined;
}

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setup(): Promise<void> {
  if (process.env.KUBECONFIG) {
    process.env.SLIPWAY_TEST_KUBECONFIG = process.env.KUBECONFIG;
    process.env.SLIPWAY_TEST_KUBECTL = 'kubectl';
    return;
  }
  globalThis.localControlPlane = await startControlPlane();
  process.env.SLIPWAY_TEST_KUBECONFIG = globalThis.localControlPlane.kubeconfig;
  process.env.SLIPWAY_TEST_KUBECTL = globalThis.localControlPlane.kubectl;
}
