/** Makes the worker pool of a version, with the facts that Lambda gives to a handler about itself. */
import { dirname } from 'node:path';
import { SlipwayError } from '../../domain/errors.ts';
import { REGION } from '../events/bus-event.ts';
import { workerBudget } from '../handlers/worker-budget.ts';
import { type Runner, workerPool } from '../handlers/worker-pool.ts';
import type { CodeStore } from '../world/code-store.ts';
import type { FunctionVersion } from '../world/world.ts';

/** An account number that does not exist. */
const ACCOUNT = '000000000000';
const MEMORY_MB = 256;
/**
 * The SDK uses these credentials before those of the person at this machine. A rehearsal must not touch that person's
 * account.
 */
const FAKE_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'rehearsal',
  AWS_SECRET_ACCESS_KEY: 'rehearsal',
  AWS_SESSION_TOKEN: 'rehearsal',
  AWS_EC2_METADATA_DISABLED: 'true',
};

export function handlerRunner(store: CodeStore): (functionName: string, version: FunctionVersion) => Runner {
  const budget = workerBudget();
  return (functionName, { version, code, timeoutMs, environment }) => {
    if (code.kind !== 'handler') {
      throw new SlipwayError('Broken', `Version ${version} of ${functionName} is modelled; it has no file to run.`);
    }
    const { path, exported = 'handler', taskRoot = dirname(path) } = code;
    const logs = { logGroupName: `/aws/lambda/${functionName}`, logStreamName: `rehearsal/[${version}]` };
    return workerPool({
      budget,
      load: async () => ({ ...(await store.source(code)), path, exported, taskRoot }),
      timeoutMs,
      memoryMb: MEMORY_MB,
      functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName}`,
      context: { functionName, functionVersion: version, memoryLimitInMB: String(MEMORY_MB), ...logs },
      environment: {
        TZ: ':UTC',
        LANG: 'en_US.UTF-8',
        ...environment,
        _HANDLER: `${path}:${exported}`,
        LAMBDA_TASK_ROOT: taskRoot,
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        ...FAKE_CREDENTIALS,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_NAME: functionName,
        AWS_LAMBDA_FUNCTION_VERSION: version,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY_MB),
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: logs.logGroupName,
        AWS_LAMBDA_LOG_STREAM_NAME: logs.logStreamName,
      },
    });
  };
}
