import { versionContract } from '../contracts/version-contract.ts';
import { kubectlVersionStage } from './kubectl-version-stage.ts';

versionContract(kubectlVersionStage);
