/** Reads what a request wants deployed, a version or code, and checks that the service's target can take it. */
import { type Artifact, AS_LATEST, artifactProblem, isLatest } from '../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { versionOfArn } from '../../domain/lambda/version-arn.ts';
import { LATEST, type VersionFact } from '../../domain/lambda/version-fact.ts';
import type { Service, ServiceSpec } from '../../domain/service/service-spec.ts';
import { onAlias } from '../../domain/service/target.ts';
import type { Owners } from '../../ports/owners.ts';
import type { Versions } from '../../ports/versions.ts';
import { isRefused, orDenied, orNull } from '../steps/or-null.ts';
import { requireTurn, type TurnPorts } from '../steps/take-turn.ts';

interface Asked {
  readonly version?: string | undefined;
  readonly artifact?: Artifact | undefined;
}

/** Throws InvalidRequest unless the request names exactly one of a version and code. */
export function artifactOf({ version, artifact }: Asked): Artifact {
  if (version !== undefined && artifact === undefined) return { version };
  if (artifact !== undefined && version === undefined) return artifact;
  const detail = 'Give exactly one of "version" (a version that exists) and "artifact" (code to publish one from).';
  throw refused('/version', detail);
}

/**
 * Returns the artifact; a version that is given as an ARN becomes its number. Throws InvalidRequest when the target
 * cannot take such an artifact.
 */
export async function artifactFor(
  { owners }: { readonly owners: Pick<Owners, 'arnOf'> },
  { artifact, service }: { readonly artifact: Artifact; readonly service: Service },
): Promise<Artifact> {
  const { target } = service.spec;
  const given = 'version' in artifact ? artifact.version : '';
  const alias = onAlias(target);
  const isArn = alias !== null && given.startsWith('arn:');
  const named = isArn ? versionOfArn(given, { functionArn: await owners.arnOf(alias) }) : artifact;
  const detail = 'problem' in named ? named.problem : artifactProblem(target.kind, named);
  if (detail !== null || 'problem' in named)
    throw refused('version' in artifact ? '/version' : '/artifact', detail ?? '');
  return named;
}

/** Returns what a rollback request names; a version that is given as an ARN becomes its number. */
export async function goalFor(
  { owners }: { readonly owners: Pick<Owners, 'arnOf'> },
  { to, service }: { readonly to: string | undefined; readonly service: Service },
): Promise<string | undefined> {
  const target = onAlias(service.spec.target);
  if (target === null || to === undefined) return to;
  // `$LATEST` is refused later, because it was never live as a version.
  if (to === AS_LATEST) return LATEST;
  if (!to.startsWith('arn:')) return to;
  const named = versionOfArn(to, { functionArn: await owners.arnOf(target) });
  if ('problem' in named) throw refused('/to', named.problem);
  return named.version;
}

function refused(pointer: string, detail: string): SlipwayError {
  return new SlipwayError('InvalidRequest', detail, { details: { errors: [{ pointer, detail }] } });
}

export interface LatestPorts extends TurnPorts {
  readonly versions: Pick<Versions, 'describe'>;
}

/**
 * Reads what is in `$LATEST` when the request asks for it. Returns null when the function does not exist or IAM refuses
 * the read; preflight reports both.
 */
export async function readLatest(
  ports: LatestPorts,
  { artifact, spec }: { readonly artifact: Artifact; readonly spec: ServiceSpec },
): Promise<VersionFact | null> {
  const target = onAlias(spec.target);
  if (target === null || !isLatest(artifact)) return null;
  await requireTurn(ports, { claimant: `latest ${spec.name} ${ports.clock.now()}`, calls: 1 });
  const found = await orDenied(orNull(ports.versions.describe(target, LATEST)));
  return isRefused(found) ? null : found;
}
