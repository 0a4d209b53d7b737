/** All routes with their operations, for a server that runs the whole API in one process. */
import { contracts } from '../api/all-contracts.ts';
import { readDocsContracts } from '../api/contracts/read-docs.ts';
import { openapiDocument } from '../api/openapi.ts';
import type { Contract, RouteInput, RouteResult } from '../api/route/contract.ts';
import { readDocs } from '../functions/docs-files.ts';
import { httpRoute } from '../functions/http-route.ts';
import type { WriteLog } from '../functions/request-log.ts';
import { abortDeployment } from '../operations/opening/abort-deployment.ts';
import { type CheckServicePorts, checkService } from '../operations/opening/check-service.ts';
import { retryDeployment } from '../operations/opening/retry-deployment.ts';
import { type StartDeploymentPorts, startDeployment } from '../operations/opening/start-deployment.ts';
import { type StartRollbackPorts, startRollback } from '../operations/opening/start-rollback.ts';
import { type ReleaseServicePorts, releaseService } from '../operations/pipeline/release-service.ts';
import { explainDeployment } from '../operations/reading/explain-deployment.ts';
import { listDeployments } from '../operations/reading/list-deployments.ts';
import { listServices } from '../operations/reading/list-services.ts';
import { readDeployment } from '../operations/reading/read-deployment.ts';
import { readHealth } from '../operations/reading/read-health.ts';
import { readPipelineRun } from '../operations/reading/read-pipeline-run.ts';
import { readReadiness } from '../operations/reading/read-readiness.ts';
import { readService } from '../operations/reading/read-service.ts';
import { signalDeployment } from '../operations/rollout/signal-deployment.ts';
import { putService } from '../operations/services/put-service.ts';
import { removeService } from '../operations/services/remove-service.ts';
import type { ListedDeployments } from '../ports/deployments.ts';
import type { Idempotency } from '../ports/idempotency.ts';
import type { Measures } from '../ports/measures.ts';
import type { Reachable } from '../ports/reachable.ts';
import type { Verdicts } from '../ports/verdicts.ts';
import type { ServerRoute } from './server/api-server.ts';

export type ApiPorts = StartDeploymentPorts &
  StartRollbackPorts &
  ReleaseServicePorts &
  CheckServicePorts & {
    readonly deployments: ListedDeployments;
    readonly verdicts: Verdicts;
    readonly idempotency: Idempotency;
    readonly reachable: { readonly database: Reachable; readonly workflows: Reachable };
  };

/** Where log lines and measurements go; the standard output when left out. */
export interface Observed {
  readonly log?: WriteLog;
  readonly measures?: Measures;
}

export function routeTable(ports: ApiPorts, observed: Observed = {}): readonly ServerRoute[] {
  const c = contracts;
  const bound = binder(ports, observed);
  const signals = [c.promoteDeployment, c.pauseDeployment, c.resumeDeployment, c.skipDeployment, c.approveDeployment];
  return [
    bound(c.startDeployment, startDeployment),
    bound(c.startRollback, startRollback),
    bound(c.listDeployments, listDeployments),
    bound(c.readDeployment, readDeployment),
    bound(c.explainDeployment, explainDeployment),
    ...signals.map((signal) => bound(signal, signalDeployment)),
    bound(c.abortDeployment, abortDeployment),
    bound(c.retryDeployment, retryDeployment),
    bound(c.readPipelineRun, readPipelineRun),
    bound(c.putService, putService),
    bound(c.readService, readService),
    bound(c.listServices, listServices),
    bound(c.removeService, removeService),
    bound(c.checkService, checkService),
    bound(c.releaseService, releaseService),
    bound(c.readHealth, readHealth),
    bound(c.readReadiness, ({ reachable }) => readReadiness(reachable)),
    bound(c.readOpenapi, async () => openapiDocument(await readHealth())),
    ...readDocsContracts.map((docs) => bound(docs, readDocs)),
  ];
}

function binder<P>(ports: P, observed: Observed) {
  return <C extends Contract>(
    contract: C,
    operation: (ports: P, input: RouteInput<C>) => Promise<RouteResult<C>>,
  ): ServerRoute => ({
    method: contract.method,
    path: contract.path,
    handle: httpRoute(contract, { ports, operation, ...observed }),
  });
}
