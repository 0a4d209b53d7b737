import { aNamespace } from '../tests/cluster/a-namespace.ts';
import { aSlipway } from '../tests/cluster/a-slipway.ts';
import { startControlPlane } from '../tests/cluster/control-plane.ts';
import { openGateway } from '../tests/cluster/kubectl-gateway.ts';
const own = await startControlPlane();
process.env.SLIPWAY_TEST_KUBECONFIG = own.kubeconfig;
process.env.SLIPWAY_TEST_KUBECTL = own.kubectl;
const namespace = await aNamespace();
const slipway = await aSlipway({ namespace, provisionMs: { ec2: 0, lambda: 0 } });
try {
  await namespace.apply({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'orders' }, spec: { rules: [{ backendRefs: [{ name: 'orders', port: 80 }] }] } });
  const route = process.argv[2] === 'httpRoute' ? { kind: 'httpRoute', name: 'orders' } as const : { kind: (process.argv[2] ?? 'replicas') as 'replicas' };
  await slipway.register({ name: 'orders', strategy: [{ setWeight: 20 }, { bake: { seconds: 15 } }, { setWeight: 50 }, { bake: { seconds: 15 } }], target: { route, manifests: { port: 8080, replicas: 10, environment: {}, secrets: [] }, readyWithin: { minutes: 5 } } });
  for (const image of ['nginx:1.28', 'nginx:1.29']) {
    const t0 = Date.now();
    const id = await slipway.deploy('orders', image);
    console.log('accepted', Date.now() - t0);
    for (;;) { const shown = await slipway.show(id); if (shown.settledAt !== null) {
      for (const e of shown.timeline) console.log(((new Date(e.at).getTime()) - t0) / 1000, e.kind, e.because.slice(0, 100));
      console.log('ended', (Date.now() - t0) / 1000, shown.status); break; }
      await new Promise((r) => setTimeout(r, 50)); }
  }
} finally { await slipway.close(); await namespace.remove(); await own.stop(); }
