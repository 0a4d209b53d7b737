#!/usr/bin/env node
/**
 * The container task: kubectl carries out one order to a cluster. buildspecs/kubectl-task.yml says what the exit codes
 * mean.
 */
import { config } from '../config.ts';
import { kubectlCluster } from '../kubernetes/kubectl-cluster.ts';
import { checkKubectl } from '../kubernetes/kubectl-version.ts';
import { systemClock, systemPause } from '../system.ts';
import { runClusterTask } from './cluster-task.ts';

const settings = {
  kubectl: config.KUBECTL,
  environment: config.KUBECTL_ENVIRONMENT,
  manifestsRoot: config.MANIFESTS_ROOT,
};

process.exitCode = await runClusterTask({
  readOrder: () => config.SLIPWAY_ORDER,
  ports: { cluster: kubectlCluster(settings), clock: systemClock, pause: systemPause },
  checkTools: () => checkKubectl(settings),
  resultFile: config.SLIPWAY_RESULT_FILE,
});
