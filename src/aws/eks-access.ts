/**
 * Finds how a function reaches the API server of an EKS cluster. The address and the certificate authority are read
 * once. The function signs the token itself with the credentials of its role.
 */
import * as z from 'zod/mini';
import { attempt } from './errors.ts';
import { exchange } from './exchange.ts';
import { clusterAddress, signedQuestion } from './signed.ts';

export interface ApiServerAccess {
  readonly server: string;
  /** The certificate authority in PEM; only certificates that it signed are trusted. */
  readonly authority: string;
  readonly token: () => string;
}

export interface EksSettings {
  readonly region: string;
  /** The address of an emulator, instead of AWS. */
  readonly endpoint?: string | undefined;
}

/** Users may be waiting, and the task on the cluster does the same work without this. */
const TIMEOUT_MS = 1_000;

const Described = z.object({
  cluster: z.object({
    // Both are missing while the cluster is being created.
    endpoint: z.optional(z.string()),
    certificateAuthority: z.optional(z.object({ data: z.optional(z.string()) })),
    resourcesVpcConfig: z.optional(z.object({ endpointPublicAccess: z.optional(z.boolean()) })),
  }),
});

/**
 * Returns null when the cluster cannot be reached from outside its VPC. A door is kept for the life of the process; an
 * error is not.
 */
export function eksDoors(settings: EksSettings): (cluster: string) => Promise<ApiServerAccess | null> {
  const known = new Map<string, ApiServerAccess>();
  return async (cluster) => {
    const door = known.get(cluster) ?? (await describe(settings, cluster));
    if (door !== null) known.set(cluster, door);
    return door;
  };
}

async function describe({ region, endpoint }: EksSettings, cluster: string): Promise<ApiServerAccess | null> {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const path = `/clusters/${encodeURIComponent(cluster)}`;
  const url = new URL(path, endpoint ?? `https://eks.${region}.${domain}`);
  const asked = { what: `find the API server of cluster ${cluster}`, action: 'eks:DescribeCluster' };
  const described = await attempt(asked, async () => {
    const headers = signedQuestion({ service: 'eks', region, host: url.host, path });
    const { status, text } = await exchange({ method: 'GET', url, headers, body: '', timeoutMs: TIMEOUT_MS });
    if (status !== 200) throw Object.assign(new Error(text.slice(0, 300)), { $metadata: { httpStatusCode: status } });
    return Described.parse(JSON.parse(text)).cluster;
  });
  const { endpoint: server, certificateAuthority, resourcesVpcConfig } = described;
  const data = certificateAuthority?.data;
  if (server === undefined || data === undefined || resourcesVpcConfig?.endpointPublicAccess === false) return null;
  const authority = Buffer.from(data, 'base64').toString('utf8');
  return { server, authority, token: () => eksToken({ region, host: `sts.${region}.${domain}`, cluster }) };
}

/**
 * Makes the same token as `aws eks get-token`. The credentials of a role change while a function lives, so each request
 * gets a new signature.
 */
export function eksToken(order: { readonly region: string; readonly host: string; readonly cluster: string }): string {
  return `k8s-aws-v1.${Buffer.from(clusterAddress(order)).toString('base64url')}`;
}
