/**
 * Reaches the API server of a kubeconfig without kubectl. It is for `npm start`, whose functions run in the same
 * process as its tasks.
 */
import * as z from 'zod/mini';
import type { Clusters } from '../ports/clusters.ts';
import { apiServerCluster } from './api-server.ts';
import type { Door } from './api-server-request.ts';
import { kubectlCalls } from './kubectl-call.ts';
import { jsonOf } from './kubectl-objects.ts';
import type { KubectlSettings } from './run-kubectl.ts';

const inBase64 = z.pipe(
  z.string(),
  z.transform((text) => Buffer.from(text, 'base64').toString('utf8')),
);
const Kubeconfig = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': inBase64 }) })]),
  users: z.tuple([
    z.object({
      user: z.union([
        z.object({ token: z.string() }),
        z.object({ 'client-certificate-data': inBase64, 'client-key-data': inBase64 }),
      ]),
    }),
  ]),
});

/**
 * Reads the kubeconfig once. `reach` returns null when the kubeconfig names a program for its credentials, or no
 * certificate authority.
 */
export function kubectlClusters(settings: KubectlSettings): Clusters {
  let door: Promise<Door | null> | undefined;
  return {
    async reach() {
      door ??= doorIn(settings).catch((error) => {
        door = undefined;
        throw error;
      });
      const found = await door;
      return found === null ? null : apiServerCluster(found);
    },
  };
}

async function doorIn(settings: KubectlSettings): Promise<Door | null> {
  const args = ['config', 'view', '--raw', '--minify', '--flatten', '--output=json'];
  const read = Kubeconfig.safeParse(
    jsonOf(await kubectlCalls(settings)({ what: 'read the kubeconfig', args, reads: true })),
  );
  if (!read.success) return null;
  const [{ cluster }] = read.data.clusters;
  const [{ user }] = read.data.users;
  const place = { server: cluster.server, authority: cluster['certificate-authority-data'] };
  if ('token' in user) return { ...place, token: () => user.token };
  return { ...place, certificate: user['client-certificate-data'], key: user['client-key-data'] };
}
