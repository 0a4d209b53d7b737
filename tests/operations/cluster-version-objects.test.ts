import { versionAfterVersion } from '../contracts/version-after-version.ts';
import { versionChangesContract } from '../contracts/version-changes-contract.ts';
import { versionContract } from '../contracts/version-contract.ts';
import { simulatedVersionStage } from './a-version-stage.ts';

describe('objects of a version, on a simulated cluster', () => versionContract(simulatedVersionStage));
describe('changes of a version can be rolled back, and deployed again', () =>
  versionChangesContract(simulatedVersionStage));
describe('version after version, on a simulated cluster', () => versionAfterVersion(simulatedVersionStage));
