import { readFileSync, writeFileSync } from 'node:fs';
import { KUBERNETES_KINDS } from '../../src/twin/cluster/api/kubernetes-kinds.ts';
import { kubectlAs } from './kubectl.ts';

const FILE = 'src/twin/cluster/api/kubernetes-kinds.ts';
/** These kinds are not Kubernetes' own. A cluster has them only after a person has installed them. */
const INSTALLED = /\.(k8s|x-k8s)\.io\/.* (Gateway|HTTPRoute|GRPCRoute|ReferenceGrant|Stage)/;
const kubectl = kubectlAs({
  kubeconfig: process.env.SLIPWAY_TEST_KUBECONFIG ?? '',
  program: process.env.SLIPWAY_TEST_KUBECTL ?? 'kubectl',
});

/** Another cluster may have another version, and then other kinds. */
const onOwnControlPlane = process.env.KUBECONFIG ? test.skip : test;

onOwnControlPlane('the simulated API server knows every kind that Kubernetes itself serves and keeps', async () => {
  const printed = await kubectl(['api-resources', '--no-headers', '--verbs=get,create,patch']);
  const lines = printed
    .trim()
    .split('\n')
    .map((line) => {
      const [kind, namespaced, apiVersion] = line.trim().split(/\s+/).reverse();
      return `${apiVersion} ${kind} ${line.split(' ')[0]}${namespaced === 'true' ? '' : ' cluster'}`;
    })
    .filter((line) => !INSTALLED.test(line));
  if (process.env.RENEW === 'kinds') {
    const text = readFileSync(FILE, 'utf8').replace(/`\n[\s\S]*`;/, `\`\n${lines.join('\n')}\n\`;`);
    writeFileSync(FILE, text);
  } else {
    expect(KUBERNETES_KINDS.trim().split('\n')).toEqual(lines);
  }
});
