import { versionChangesContract } from '../contracts/version-changes-contract.ts';
import { versionContract } from '../contracts/version-contract.ts';
import { simulatedVersionStage } from './a-version-stage.ts';

versionContract(simulatedVersionStage);
describe('what a version changes can be taken back, and deployed again:', () =>
  versionChangesContract(simulatedVersionStage));
