/**
 * The requests of people and pipelines to the API. Each caller has its own name, by which the ledger shows the effect
 * of its request. Keys come from a few words, so that callers often share one.
 */
import { abortDeploymentContract } from '../api/contracts/abort-deployment.ts';
import { releaseServiceContract } from '../api/contracts/release-service.ts';
import { retryDeploymentContract } from '../api/contracts/retry-deployment.ts';
import { pauseDeploymentContract } from '../api/contracts/signal-deployment.ts';
import { startDeploymentContract } from '../api/contracts/start-deployment.ts';
import { startRollbackContract } from '../api/contracts/start-rollback.ts';
import { type Access, fullAccess } from '../domain/access/access.ts';
import type { Deployment } from '../domain/deployment/deployment.ts';
import { abortDeployment } from '../operations/opening/abort-deployment.ts';
import { retryDeployment } from '../operations/opening/retry-deployment.ts';
import { startDeployment as deployOrDeliver } from '../operations/opening/start-deployment.ts';
import type { StartPipelineRunInput } from '../operations/opening/start-pipeline-run.ts';
import { startRollback } from '../operations/opening/start-rollback.ts';
import type { StartRolloutInput } from '../operations/opening/start-rollout.ts';
import { releaseService } from '../operations/pipeline/release-service.ts';
import { type SignalDeploymentInput, signalDeployment } from '../operations/rollout/signal-deployment.ts';
import { pick, type Random } from '../twin/random.ts';
import type { ApiRequest } from './api-requests.ts';

interface Asking {
  readonly random: Random;
  /** For example `team`; there are many callers of each kind. */
  readonly who: string;
}

export function deploy(
  body: Pick<StartRolloutInput, 'service' | 'artifact' | 'strategy' | 'supersede' | 'hotfix'>,
  asking: Asking,
): ApiRequest {
  const { by, key } = callerOf(asking);
  const input = { ...body, by, access: fullAccess(by), requestKey: key };
  return {
    does: body.supersede ? 'supersede' : 'deploy',
    ...{ by, key, service: body.service, functionKey: 'startDeployment', isRetreat: false, content: body },
    operation: async (ports) => startDeploymentContract.respond(await deployOrDeliver(ports, input)),
  };
}

export function deliver(body: Pick<StartPipelineRunInput, 'service' | 'revision'>, asking: Asking): ApiRequest {
  const { by, key } = callerOf(asking);
  const input = { ...body, by, requestKey: key };
  return {
    does: 'other',
    ...{ by, key, service: body.service, functionKey: 'startDeployment', isRetreat: false, content: body },
    operation: async (ports) => startDeploymentContract.respond(await deployOrDeliver(ports, input)),
  };
}

export function rollBack(service: string, asking: Asking): ApiRequest {
  const { by, key } = callerOf(asking);
  const body = { service, reason: 'It looks wrong' };
  const access: Access = { caller: by, grants: [{ role: 'deployer', services: '*' }] };
  return {
    does: 'rollBack',
    ...{ by, key, service, functionKey: 'startRollback', content: body, isRetreat: startRollbackContract.isRetreat },
    operation: async (ports) =>
      startRollbackContract.respond(await startRollback(ports, { ...body, by, access, requestKey: key })),
  };
}

export function abort(id: string, asking: Asking): ApiRequest {
  const { by, key } = callerOf(asking);
  const body = { id, reason: 'Changed my mind' };
  return {
    does: 'abort',
    ...{
      by,
      key,
      service: null,
      functionKey: 'abortDeployment',
      content: body,
      isRetreat: abortDeploymentContract.isRetreat,
    },
    operation: async (ports) =>
      abortDeploymentContract.respond(await abortDeployment(ports, { ...body, by, requestKey: key })),
  };
}

export function retry({ id, service }: Pick<Deployment, 'id' | 'service'>, asking: Asking): ApiRequest {
  const { by, key } = callerOf(asking);
  const body = { id, reason: 'It was not the code' };
  const input = { ...body, by, access: fullAccess(by), requestKey: key };
  return {
    does: 'deploy',
    ...{ by, key, service, functionKey: 'retryDeployment', isRetreat: false, content: body },
    operation: async (ports) => retryDeploymentContract.respond(await retryDeployment(ports, input)),
  };
}

export function signal(order: Pick<SignalDeploymentInput, 'id' | 'signal'>, asking: Asking): ApiRequest {
  const { by, key } = callerOf(asking);
  const body = { ...order, reason: 'As planned' };
  return {
    does: 'other',
    ...{ by, key, service: null, functionKey: 'signalDeployment', isRetreat: false, content: body },
    // All signals have the same form of answer.
    operation: async (ports) =>
      pauseDeploymentContract.respond(await signalDeployment(ports, { ...body, by, requestKey: key })),
  };
}

export function release(name: string, asking: Asking): ApiRequest {
  const { by, key } = callerOf(asking);
  const body = { name, reason: 'It is mended' };
  return {
    does: 'other',
    ...{ by, key, service: null, functionKey: 'releaseService', isRetreat: false, content: body },
    operation: async (ports) => releaseServiceContract.respond(await releaseService(ports, { ...body, by })),
  };
}

const KEYS = ['monday', 'again', 'fix'] as const;

function callerOf({ random, who }: Asking): { readonly by: string; readonly key: string | null } {
  return { by: `${who}-${random.hex(6)}@example`, key: random.chance(0.8) ? pick(random, KEYS) : null };
}
