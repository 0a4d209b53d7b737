import { clusterContract } from './cluster-contract.ts';
import { simulatedStage } from './simulated-stage.ts';

clusterContract('the simulated cluster', simulatedStage);
