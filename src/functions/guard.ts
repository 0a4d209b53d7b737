/**
 * Finds who sends a request and whether the caller is allowed to send it. The default is a refusal: a request without
 * an answer of the authorizer is refused, even on a route that has no authorizer by mistake.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller, Contract } from '../api/route/contract.ts';
import { type Access, type AccessDecision, decideAccess, decideDeploymentAccess } from '../domain/access/access.ts';
import { refusalInWords, type UnknownReason } from '../domain/access/token.ts';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { noSuchRun } from '../domain/pipeline/pipeline-ledger.ts';
import type { Deployments } from '../ports/deployments.ts';
import type { PipelineRuns } from '../ports/pipeline-runs.ts';
import { readGrants } from '../tokens/grants.ts';

type Addressed = Pick<APIGatewayProxyEventV2, 'requestContext'>;

/** On a public route the caller is anonymous and has no grants. */
export const NOBODY: Access = { caller: 'anonymous', grants: [] };

/**
 * Returns who calls. Throws Forbidden with `isUnknown` when the caller is not known. Throws Transient or Broken when
 * Slipway could not find out.
 */
export function identify({ needs }: Contract, event: Addressed): Access {
  if (needs === 'nobody') return NOBODY;
  const known = accessOf(event);
  if (known !== null) return known;
  const reason = (contextOf(event).refusal ?? 'no identity') as UnknownReason;
  const message = refusalInWords(reason) ?? refusalInWords('no identity');
  if (reason === 'keys out of reach') throw new SlipwayError('Transient', message, { details: { reason } });
  if (reason === 'authorizer broken') throw new SlipwayError('Broken', message, { details: { reason } });
  throw new SlipwayError('Forbidden', message, { details: { reason, isUnknown: true } });
}

type Asked = Record<string, unknown> & Caller;

/** On a route about a deployment or a pipeline run, the ports of the operation include the port that reads it. */
interface RecordPorts {
  readonly deployments: Deployments;
  readonly pipelineRuns: PipelineRuns;
}

/**
 * Throws Forbidden with the reason. Throws NotFound when the record that the path names does not exist, but only for a
 * caller with the role.
 */
export async function admit(
  { needs: role, about }: Contract,
  { input, ports }: { readonly input: Asked; readonly ports: unknown },
): Promise<void> {
  if (role === 'nobody') return;
  const { access } = input;
  if (about !== 'deployment' && about !== 'pipelineRun') {
    const service = about === 'any' ? undefined : input[about];
    return refuseUnlessAllowed(decideAccess({ access, role, service: typeof service === 'string' ? service : null }));
  }
  refuseUnlessAllowed(decideAccess({ access, role, service: null }));
  const { deployments, pipelineRuns } = ports as RecordPorts;
  if (about === 'pipelineRun') {
    const run = await pipelineRuns.find(String(input.id));
    if (run === null) throw noSuchRun(String(input.id));
    return refuseUnlessAllowed(decideAccess({ access, role, service: run.service }));
  }
  const { deployment } = await deployments.read(String(input.id));
  const signal = typeof input.signal === 'string' ? input.signal : null;
  refuseUnlessAllowed(decideDeploymentAccess({ access, role, signal, deployment }));
}

/** Returns why a request was refused, as one word for the log and the metric; undefined when it was not refused. */
export function refusedFor(error: unknown): string | undefined {
  if (!isSlipwayError(error)) return undefined;
  return typeof error.details.reason === 'string' ? error.details.reason : undefined;
}

function refuseUnlessAllowed(decision: AccessDecision): void {
  if (decision.allowed) return;
  const { reason, because } = decision;
  throw new SlipwayError('Forbidden', because, { details: { reason } });
}

/** The answer of the authorizer. In a container, the API server passes the same answer. */
function contextOf({ requestContext }: Addressed): Readonly<Record<string, unknown>> {
  const { authorizer } = requestContext as {
    readonly authorizer?: { readonly lambda?: Record<string, unknown> | null };
  };
  return authorizer?.lambda ?? {};
}

function accessOf(event: Addressed): Access | null {
  const { caller, grants: text } = contextOf(event);
  if (typeof caller !== 'string' || caller === '' || typeof text !== 'string') return null;
  // The same caller often calls again, so its grants are parsed only once.
  if (latest.text !== text) latest = { text, grants: readGrants(parsed(text)) };
  return latest.grants === null ? null : { caller, grants: latest.grants };
}

let latest: { readonly text: string; readonly grants: Access['grants'] | null } = { text: '', grants: null };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
