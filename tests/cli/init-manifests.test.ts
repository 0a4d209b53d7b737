/** Checks the spec that `slipway init` writes for a Deployment: Slipway can read it, and it leads to the Deployment. */
import { join } from 'node:path';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { aProject, type Project, sentences } from './init-project.ts';

let project: Project;
beforeEach(() => {
  project = aProject({});
});
afterEach(() => project.remove());

const target = () => readServiceFile(join(project.folder, 'slipway.yml')).target;
const orders = (containers: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec: { template: { spec: { containers: ${containers} } } }
`;

test('manifests next to slipway.yml or a chart are refused, because Slipway would read these as manifests', async () => {
  project.write('all.yaml', orders('[{ name: app }]'));
  await expect(project.init('all.yaml')).rejects.toThrow(
    /slipway.yml would lie among the manifests.*slipway init manifests/,
  );
  project.write('chart/Chart.yaml', 'name: orders\nversion: 1.0.0\n');
  project.write('chart/all.yaml', orders('[{ name: app }]'));
  await expect(project.init('chart/all.yaml')).rejects.toThrow(/Chart.yaml would lie among/);
});

test('other files may be next to a kustomization', async () => {
  project.write('kustomization.yml', 'resources: [orders.yml]');
  project.write('all.yaml', orders('[{ name: app }]'));
  await project.init('all.yaml');
  expect(target()).toMatchObject({ workload: 'orders' });
});

test('with a sidecar, the container with the name of the Deployment is the one that is deployed', async () => {
  project.write('out/all.yaml', orders('[{ name: proxy, image: envoy }, { name: orders, image: "shop/orders:1" }]'));
  const { said } = await project.init('out/all.yaml');
  expect(target()).toMatchObject({ manifests: { folder: 'out', container: 'orders' } });
  expect(sentences(said, 'look').join('\n')).toMatch(
    /container orders is the one.*not that of proxy[\s\S]*The image is shop/,
  );
});

test('a route behind a gateway with the name of the Deployment does not lead to the Deployment', async () => {
  const route = `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec: { parentRefs: [{ name: orders }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
`;
  project.write('out/all.yaml', orders('[{ name: app }]') + route);
  await project.init('out/all.yaml');
  expect(target()).toMatchObject({ route: { kind: 'replicas' } });
});
