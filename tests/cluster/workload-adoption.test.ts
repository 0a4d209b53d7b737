import { WORKLOAD_CASES, workloadContract } from '../contracts/workload-contract.ts';
import { kubectlStage } from './kubectl-stage.ts';

workloadContract('kubectl and a real API server', { open: kubectlStage, cases: WORKLOAD_CASES.adoption });
