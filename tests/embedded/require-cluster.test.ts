import type { SlipwayError } from '../../src/domain/errors.ts';
import { requireCluster } from '../../src/embedded/require-cluster.ts';
import { translateComplaint } from '../../src/kubernetes/kubectl-errors.ts';

const said = (stderr: string) =>
  translateComplaint({ code: 1, stdout: '', stderr }, { what: 'read Namespace default', args: ['get'] });
const answering = (error: SlipwayError) => ({ get: () => Promise.reject(error) });

test('a cluster that gives rights in other namespaces alone is a cluster', async () => {
  const error = said(
    'Error from server (Forbidden): namespaces "default" is forbidden: User "system:serviceaccount:shop:slipway" cannot get resource "namespaces" in API group "" in the namespace "default"',
  );
  await expect(requireCluster(answering(error), 'a')).resolves.toBeUndefined();
});

test('an address on which nobody listens, and an identity that nobody knows, are none', async () => {
  for (const stderr of [
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    'error: You must be logged in to the server (Unauthorized)',
  ])
    await expect(requireCluster(answering(said(stderr)), 'a')).rejects.toMatchObject({ name: 'InvalidRequest' });
});
