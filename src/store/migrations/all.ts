/** All migrations, in the order in which they run. */
import { ledger } from './0001-ledger.ts';
import { pipelineRuns } from './0002-pipeline-runs.ts';
import { latency } from './0003-latency.ts';
import { targets } from './0004-targets.ts';
import { controlPlane } from './0005-control-plane.ts';
import { fences } from './0006-fences.ts';
import { upkeep } from './0007-upkeep.ts';
import { fingerprints } from './0008-fingerprints.ts';
import { serverErrors } from './0009-server-errors.ts';

export const migrations = [
  ledger,
  pipelineRuns,
  latency,
  targets,
  controlPlane,
  fences,
  upkeep,
  fingerprints,
  serverErrors,
] as const;
