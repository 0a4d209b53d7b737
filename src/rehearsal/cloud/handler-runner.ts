/** Makes the worker pool of a version, with what Lambda tells a handler about itself. */
import { pathToFileURL } from 'node:url';
import { SlipwayError } from '../../domain/errors.ts';
import { REGION } from './bus-event.ts';
import type { CodeStore } from './code-store.ts';
import { type Runner, workerPool } from './worker-pool.ts';
import type { FunctionVersion } from './world.ts';

export function handlerRunner(store: CodeStore): (functionName: string, version: FunctionVersion) => Runner {
  return (functionName, { version, code, timeoutMs, environment }) => {
    if (code.kind !== 'handler') {
      throw new SlipwayError('Broken', `Version ${version} of ${functionName} is modelled; it has no file to run.`);
    }
    return workerPool({
      href: pathToFileURL(code.path).href,
      source: store.source(code),
      timeoutMs,
      context: { functionName, functionVersion: version },
      environment: {
        ...environment,
        AWS_REGION: REGION,
        AWS_LAMBDA_FUNCTION_NAME: functionName,
        AWS_LAMBDA_FUNCTION_VERSION: version,
      },
    });
  };
}
