/** The command for each contract of the API. A test holds that every contract which a person calls has its command. */
import type { ContractName } from '../../api/all-contracts.ts';

/** A command with words of its own takes none from the path. A contract without a command says why it has none. */
export const verbs = {
  startDeployment: 'deploy',
  startRollback: 'rollback',
  listDeployments: 'list',
  readDeployment: 'status',
  explainDeployment: 'explain',
  promoteDeployment: 'promote',
  pauseDeployment: 'pause',
  resumeDeployment: 'resume',
  skipDeployment: 'skip',
  approveDeployment: 'approve',
  abortDeployment: 'abort',
  retryDeployment: 'retry',
  readPipelineRun: 'run',
  putService: 'apply -f slipway.yml',
  readService: 'services',
  listServices: 'services',
  removeService: 'remove',
  checkService: 'check',
  releaseService: 'release',
  readHealth: { because: 'A load balancer asks it. whoami and login say whether the server answers.' },
  readReadiness: { because: 'A load balancer asks it.' },
  readOpenapi: { because: 'A program reads it. docs opens the page that is made from it.' },
} as const satisfies Readonly<Record<ContractName, string | { readonly because: string }>>;
