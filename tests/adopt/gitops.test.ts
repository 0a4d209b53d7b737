import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { helm, kubectl } from './kubernetes-tools.ts';

const EXAMPLES = new URL('../../examples/adopt/', import.meta.url).pathname;

/** Returns the objects in order, such as `Deployment orders`. */
async function objectsOf(program: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(program, args);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Named | null);
  return objects.flatMap((object) => (object === null ? [] : [`${object.kind} ${object.metadata.name}`])).sort();
}

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const kustomize = (folder: string) => objectsOf(kubectl(), ['kustomize', `${EXAMPLES}gitops/${folder}`]);
const render = (...args: readonly string[]) =>
  objectsOf(helm(), ['template', 'orders', `${EXAMPLES}helm/chart`, ...args]);

const WORKLOAD = ['Deployment orders', 'HorizontalPodAutoscaler orders', 'Service orders'];

test('exactly one of Slipway and the GitOps tool applies each object of the overlays', async () => {
  const [all, bySlipway, byGit] = await Promise.all(['base', 'slipway', 'git'].map(kustomize));
  expect(bySlipway).toEqual(WORKLOAD);
  expect(byGit).toEqual(['HTTPRoute front']);
  expect([...(bySlipway ?? []), ...(byGit ?? [])].sort()).toEqual(all);
});

test('the chart leaves the workload out of the release once Slipway deploys it', async () => {
  expect(await render()).toEqual(['Deployment orders', 'HTTPRoute front', 'Service orders']);
  expect(await render('--set', 'slipway.enabled=true')).toEqual(['HTTPRoute front']);
});

test('the folder for Slipway has the workload of the chart and not its route', async () => {
  const shown = ['deployment', 'service'].flatMap((name) => ['--show-only', `templates/${name}.yaml`]);
  expect(await render('--set', 'slipway.enabled=false', ...shown)).toEqual(['Deployment orders', 'Service orders']);
});
