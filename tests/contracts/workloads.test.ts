import { simulatedStage } from './simulated-stage.ts';
import { WORKLOAD_CASES, workloadContract } from './workload-contract.ts';

workloadContract('the simulated cluster', { open: simulatedStage, cases: Object.values(WORKLOAD_CASES).flat() });
