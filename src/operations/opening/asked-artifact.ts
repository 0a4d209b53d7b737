/** What a request wants deployed: one of a version and code, in words that fit the target of its service. */
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

/** Version or code, never both, never neither. */
export function artifactOf({ version, artifact }: Asked): Artifact {
  if (version !== undefined && artifact === undefined) return { version };
  if (artifact !== undefined && version === undefined) return artifact;
  const detail = 'Give exactly one of "version" (a version that exists) and "artifact" (code to publish one from).';
  throw refused('/version', detail);
}

/** With the number of the version that an ARN names. Throws InvalidRequest when the target of the service takes no such artifact. */
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

/** What a rollback names, with the number of the version that an ARN names. */
export async function goalFor(
  { owners }: { readonly owners: Pick<Owners, 'arnOf'> },
  { to, service }: { readonly to: string | undefined; readonly service: Service },
): Promise<string | undefined> {
  const target = onAlias(service.spec.target);
  if (target === null || to === undefined) return to;
  // Refused later, as no version that was ever live.
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

/** What is in `$LATEST` now, when that is asked for; null without the function, or where IAM refuses it, which preflight says. */
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
