/** Checks whether this kubectl fits this cluster: it exists, is not too old, and is within Kubernetes' version skew. */
import * as z from 'zod/mini';
import { SlipwayError } from '../domain/errors.ts';
import { answerOf } from './kubectl-call.ts';
import { jsonOf } from './kubectl-objects.ts';
import { type KubectlSettings, runKubectl } from './run-kubectl.ts';

/**
 * The first version whose `apply --server-side`, `diff --server-side` and `--validate` all work as they are used here.
 */
const OLDEST_CLIENT = { major: 1, minor: 28 };
/**
 * Kubernetes supports a kubectl that is one minor version older or newer than the API server. The few calls made here
 * have been the same for much longer, and one image serves all clusters of a team. So only a skew that was never tried
 * is refused.
 */
const SKEW_MAX = 3;

/** The versions as the programs report them: `v1.36.3`, `v1.33.2-eks-1234567`. */
export interface KubectlVersions {
  readonly client: string;
  readonly server: string;
}

const version = z.object({ gitVersion: z.string() });
const Versions = z.object({ clientVersion: version, serverVersion: z.optional(version) });

/**
 * Throws Broken, with what to install, when kubectl does not fit. Throws Transient when the cluster cannot be reached.
 */
export async function checkKubectl(settings: KubectlSettings): Promise<KubectlVersions> {
  const call = {
    what: 'ask kubectl and the cluster for their versions',
    args: ['version', '--output=json'],
    reads: true,
  };
  const end = await runKubectl(settings, call);
  // Without a cluster, kubectl fails but still reports its own version. A newer kubectl may reach the cluster.
  const own = end.end === 'exited' ? versionsIn(end.stdout) : null;
  if (own !== null) requireNewEnough(own.client);
  answerOf(end, { call, kubectl: settings.kubectl });
  if (own === null) throw new SlipwayError('Broken', NOT_KUBECTL);
  requireNearVersion(own);
  return own;
}

const NOT_KUBECTL = 'kubectl did not say which version it is. Install the one of kubernetes.io.';

function versionsIn(stdout: string): KubectlVersions | null {
  const result = Versions.safeParse(jsonOf(stdout));
  if (!result.success) return null;
  const { clientVersion, serverVersion } = result.data;
  return { client: clientVersion.gitVersion, server: serverVersion?.gitVersion ?? '' };
}

interface Minor {
  readonly major: number;
  readonly minor: number;
}

function minorOf(gitVersion: string): Minor {
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return { major: Number(major), minor: Number(minor) };
}

function requireNewEnough(client: string): void {
  const { major, minor } = minorOf(client);
  if (major > OLDEST_CLIENT.major || (major === OLDEST_CLIENT.major && minor >= OLDEST_CLIENT.minor)) return;
  const oldest = `${OLDEST_CLIENT.major}.${OLDEST_CLIENT.minor}`;
  throw new SlipwayError(
    'Broken',
    `kubectl is version ${client}, and Slipway needs ${oldest} or later. Install a newer one.`,
  );
}

function requireNearVersion({ client, server }: KubectlVersions): void {
  const [own, other] = [minorOf(client), minorOf(server)];
  if (own.major === other.major && Math.abs(own.minor - other.minor) <= SKEW_MAX) return;
  const fact = `kubectl is version ${client} and the cluster ${server || 'did not say which'}, which is too far apart.`;
  const wanted = `${other.major}.${other.minor}`;
  throw new SlipwayError(
    'Broken',
    `${fact} Install kubectl ${wanted}, or one that is at most ${SKEW_MAX} minor versions from it.`,
    {
      details: { client, server },
    },
  );
}
