import { clusterContract } from '../contracts/cluster-contract.ts';
import { kubectlStage } from './kubectl-stage.ts';

clusterContract('kubectl and a real API server', kubectlStage);
