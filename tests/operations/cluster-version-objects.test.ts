import { versionAfterVersion } from '../contracts/version-after-version.ts';
import { versionChangesContract } from '../contracts/version-changes-contract.ts';
import { versionContract } from '../contracts/version-contract.ts';
import { simulatedVersionStage } from './a-version-stage.ts';

describe('what a version brings, on a simulated cluster', () => versionContract(simulatedVersionStage));
describe('what a version changes can be taken back, and deployed again:', () =>
  versionChangesContract(simulatedVersionStage));
describe('version after version, on a simulated cluster', () => versionAfterVersion(simulatedVersionStage));
