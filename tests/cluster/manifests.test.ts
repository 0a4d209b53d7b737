import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { Route } from '../../src/domain/service/service-spec.ts';
import { type ClusterObject, objectName } from '../../src/domain/workload/cluster-object.ts';
import { renderManifests } from '../../src/domain/workload/render-manifests.ts';
import { HARDENING } from '../k8s/hardening.ts';
import { problemsOf } from '../k8s/hardening-check.ts';
import { builtFrom } from '../k8s/kustomization.ts';
import { anOrdersWorkload, ROUTES } from '../k8s/orders.ts';
import { aNamespace, type Namespace, type Rule } from './a-namespace.ts';
import { eventually } from './eventually.ts';
import { kubectlAs } from './kubectl.ts';

const FOLDERS = ['k8s/base', 'k8s/overlays/dev', 'k8s/overlays/prod', 'k8s/access'];
/** The autoscaler reads every 15 s, and ignores a new Deployment for a while. */
const AUTOSCALER_MS = 240_000;
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };

let namespace: Namespace;
let elsewhere: Namespace;
beforeAll(async () => {
  [namespace, elsewhere] = await Promise.all([aNamespace(RESTRICTED), aNamespace()]);
  await namespace.kubectl(['apply', '--server-side', '-k', 'k8s/access']);
});
afterAll(() => Promise.all([namespace.remove(), elsewhere.remove()]));

const inOneList = (objects: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
const APPLY = ['apply', '--server-side', '--field-manager=slipway', '-f', '-'];

function rendered({ route, into = namespace }: { readonly route?: Route; readonly into?: Namespace } = {}) {
  return renderManifests(anOrdersWorkload({ ...(route && { route }), namespace: into.name }));
}

describe('kubectl kustomize on the folders of k8s', () => {
  const printed = async (folder: string) =>
    parseAllDocuments(await namespace.kubectl(['kustomize', folder])).map((one) => one.toJS() as ClusterObject);
  const byName = (objects: readonly ClusterObject[]) =>
    [...objects].sort((one, other) => (objectName(one) < objectName(other) ? -1 : 1));

  test.each(FOLDERS)('kubectl kustomize makes of %s what npm test expects', async (folder) => {
    expect(byName(await printed(folder))).toEqual(byName(builtFrom(folder)));
  });

  test.each(['k8s/base', 'k8s/overlays/prod'])('the output of kubectl kustomize for %s is hardened', async (folder) => {
    expect(problemsOf(await printed(folder), HARDENING)).toEqual([]);
  });
});

describe('objects that the API server accepts', () => {
  const dryRun = (source: readonly string[], stdin?: string) =>
    namespace.kubectl(['apply', '--server-side', '--dry-run=server', '--output=name', ...source], stdin);

  test.each(FOLDERS)('%s', async (folder) => {
    await usingOverlay(folder, async (overlay) => {
      const names = (await dryRun(['-k', overlay])).trim().split('\n');
      expect(names).toHaveLength(builtFrom(folder).length);
    });
  });

  test.each(['k8s/base/namespace.yml', 'k8s/overlays/dev/namespace.yml'])('%s', async (file) => {
    expect(await dryRun(['-f', file])).toMatch(/^namespace\/shop/);
  });

  test.each(ROUTES)('the API server accepts what Slipway renders for the route $kind', async (route) => {
    const objects = rendered({ route });
    const names = (await dryRun(['-f', '-'], inOneList(objects))).trim().split('\n');
    expect(names).toHaveLength(objects.length);
  });
});

/**
 * Makes a folder that puts the objects of another folder into this file's namespace. A team that has its own name for
 * the namespace does the same.
 */
async function usingOverlay(folder: string, use: (overlay: string) => Promise<void>): Promise<void> {
  const overlay = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-overlay-')));
  const resources = [relative(overlay, resolve(folder))];
  writeFileSync(join(overlay, 'kustomization.yml'), stringify({ namespace: namespace.name, resources }));
  try {
    await use(overlay);
  } finally {
    rmSync(overlay, { recursive: true });
  }
}

describe('a member of the group slipway, with k8s/access in the namespace', () => {
  const as = ['--as=deployer', '--as-group=slipway'];
  const kubectl = (args: readonly string[], stdin?: string) => namespace.kubectl([...as, ...args], stdin);

  test.each(ROUTES)(
    'the group slipway may apply what Slipway renders for the route $kind, and apply it again',
    async (route) => {
      const objects = rendered({ route });
      await kubectl(APPLY, inOneList(objects));
      await kubectl(APPLY, inOneList(objects));

      const diff = await kubectl(['diff', '--server-side', '--field-manager=slipway', '-f', '-'], inOneList(objects));
      expect(diff).toBe('');
    },
  );

  test('the group slipway may read, list, replace, scale and remove objects', async () => {
    await kubectl(APPLY, inOneList(rendered({ route: { kind: 'httpRoute', name: 'orders' } })));

    const read = await kubectl(['get', 'deployment', 'orders', '-o', 'json']);
    await kubectl(['replace', '-f', '-'], JSON.stringify({ ...JSON.parse(read), status: undefined }));
    await kubectl(['scale', 'deployment', 'orders', '--replicas=4']);
    expect(await kubectl(['get', 'services', '-o', 'name'])).toContain('service/orders-canary');
    await kubectl(['delete', 'service', 'orders-canary', '--wait=false']);
    await kubectl(['get', 'pods', '-o', 'name']);
    await kubectl(['get', 'namespace', namespace.name, '-o', 'name']);
    expect(await kubectl(['auth', 'can-i', 'patch', 'deployments.apps'])).toBe('yes\n');
  });

  test.each([
    ['an HTTPRoute', anHttpRoute()],
    ['an Ingress', anIngress()],
  ])('the group slipway may put weights into %s', async (_name, object) => {
    await kubectl(APPLY, inOneList([object]));
    await kubectl(APPLY, inOneList([object]));
  });

  test.each([
    ['read a Secret', ['get', 'secrets']],
    ['make a Secret', ['create', 'secret', 'generic', 'stolen', '--from-literal=key=value']],
    ['make a pod', ['run', 'own', '--image=orders:1.0.0']],
    ['run a command in a pod', ['auth', 'can-i', 'create', 'pods/exec', '--quiet']],
    ['get the token of an account', ['create', 'token', 'orders']],
    ['make a namespace', ['create', 'namespace', 'slipway-test-of-its-own']],
    ['remove a claim, which may hold data', ['delete', 'persistentvolumeclaim', 'orders-data']],
  ])('the group slipway may not %s', async (_deed, args) => {
    await expect(kubectl(args)).rejects.toThrow(/[Ff]orbidden|^kubectl .*can-i.*Command failed/);
  });

  test.each(['deployments', 'pods', 'configmaps', 'services', 'secrets'])(
    'the group slipway may not list %s of another namespace',
    async (resource) => {
      await expect(kubectl(['get', resource, `--namespace=${elsewhere.name}`])).rejects.toThrow(/forbidden/);
    },
  );

  test('the group slipway may apply the objects of a folder', async () => {
    await usingOverlay('k8s/overlays/prod', async (overlay) => {
      await kubectl(APPLY, await namespace.kubectl(['kustomize', overlay]));
    });
  });

  test('the group slipway may not change its namespace', async () => {
    const soft = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace.name, labels: {} } };
    await expect(kubectl(APPLY, inOneList([soft]))).rejects.toThrow(/cannot patch resource "namespaces"/);
  });

  test('the group slipway may neither apply to another namespace nor read it', async () => {
    await expect(kubectl(APPLY, inOneList(rendered({ into: elsewhere })))).rejects.toThrow(/forbidden/);
    await expect(kubectl(['get', 'namespace', elsewhere.name])).rejects.toThrow(/forbidden/);
    expect(await elsewhere.kubectl(['get', 'deployments,services,roles', '-o', 'name'])).toBe('');
  });

  test('the group slipway may not grant permissions that it does not have', async () => {
    const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'more' },
      rules: [secrets],
    };
    await expect(kubectl(APPLY, inOneList([role]))).rejects.toThrow(
      /attempting to grant RBAC permissions not currently held/,
    );

    const toAdmin = ['create', 'rolebinding', 'more', '--clusterrole=admin', '--user=deployer'];
    await expect(kubectl(toAdmin)).rejects.toThrow(/attempting to grant RBAC permissions not currently held/);
  });
});

test('a token of an account with the rules of k8s/access is enough for an apply, and for no Secret', async () => {
  const rules = builtFrom('k8s/access').find(({ kind }) => kind === 'Role')?.rules as readonly Rule[];
  const deployer = kubectlAs({
    program: namespace.program,
    kubeconfig: await namespace.kubeconfigFor('deployer', rules),
  });

  await deployer(APPLY, inOneList(rendered()));
  await expect(deployer(['get', 'secrets'])).rejects.toThrow(/forbidden/);
  await expect(deployer(['get', 'deployments', `--namespace=${elsewhere.name}`])).rejects.toThrow(/forbidden/);
});

describe('a workload that Slipway has applied', () => {
  let fresh: Namespace;
  beforeAll(async () => {
    fresh = await aNamespace(RESTRICTED);
    await fresh.kubectl(APPLY, inOneList(rendered({ into: fresh })));
  });
  afterAll(() => fresh.remove());

  test('the workload gets its three pods by the autoscaler, in a namespace that admits only restricted pods', async () => {
    await eventually(async () => {
      const { status } = await fresh.read<{ status: object }>('deployment', 'orders');
      expect(status).toMatchObject({ replicas: 3, readyReplicas: 3 });
    }, AUTOSCALER_MS);
  });

  test('the workload would get no pods if its pods were not hardened', async () => {
    const { template } = (rendered({ into: fresh }).find(({ kind }) => kind === 'Deployment')?.spec ?? {}) as {
      template: { metadata: object; spec: { securityContext: object } };
    };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, spec: template.spec };
    const create = (object: object) => fresh.kubectl(['create', '--dry-run=server', '-f', '-'], inOneList([object]));
    await create(pod);

    const { seccompProfile, ...withoutSeccomp } = template.spec.securityContext as Record<string, unknown>;
    expect(seccompProfile).toBeDefined();
    const soft = { ...pod, spec: { ...template.spec, securityContext: withoutSeccomp } };
    await expect(create(soft)).rejects.toThrow(/violates PodSecurity "restricted.*seccompProfile/);
  });

  test('the workload may read its own configuration, and nothing else', async () => {
    const as = `--as=system:serviceaccount:${fresh.name}:orders`;
    const own = rendered({ into: fresh }).find(({ kind }) => kind === 'ConfigMap')?.metadata.name ?? '';
    await fresh.kubectl(['create', 'configmap', 'of-another']);

    expect(await fresh.kubectl([as, 'get', 'configmap', own, '-o', 'jsonpath={.data.LOG_LEVEL}'])).toBe('info');
    for (const other of [['configmap', 'of-another'], ['configmaps'], ['secrets'], ['pods']]) {
      await expect(fresh.kubectl([as, 'get', ...other])).rejects.toThrow(/forbidden/);
    }
  });

  test('a stored configuration of the workload never changes', async () => {
    const own = rendered({ into: fresh }).find(({ kind }) => kind === 'ConfigMap') as ClusterObject;
    const changed = { ...own, data: { LOG_LEVEL: 'debug' } };
    await expect(fresh.kubectl(APPLY, inOneList([changed]))).rejects.toThrow(/field is immutable/);
  });
});

function anHttpRoute(): object {
  const backendRefs = [
    { name: 'orders', port: 80, weight: 90 },
    { name: 'orders-canary', port: 80, weight: 10 },
  ];
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'orders' },
    spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs }] },
  };
}

function anIngress(): object {
  const targetGroups = [
    { serviceName: 'orders', servicePort: 80, weight: 90 },
    { serviceName: 'orders-canary', servicePort: 80, weight: 10 },
  ];
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });
  const backend = { service: { name: 'orders', port: { name: 'use-annotation' } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'orders', annotations: { 'alb.ingress.kubernetes.io/actions.orders': action } },
    spec: { ingressClassName: 'alb', rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  };
}
