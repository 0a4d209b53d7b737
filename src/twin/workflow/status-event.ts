/** The event that Step Functions sends when the status of an execution changes. */
import { executionName } from '../../domain/deployment/deployment.ts';
import { ACCOUNT, type BusEvent, REGION } from '../events/bus-event.ts';
import type { StatusChange } from './execution.ts';

/** Uses the names under which serverless.yml deploys the machines; `stem` is `<service>-<stage>`. */
export function statusEvent(
  { machine, deploymentId, again, status, startedAt, endedAt, error, cause }: StatusChange,
  stem = 'slipway-dev',
): Pick<BusEvent, 'source' | 'detail-type' | 'detail'> {
  const machineName = `${stem}-${machine}`;
  const name = executionName({ deploymentId, again });
  const arnOf = (kind: string, rest: string) => `arn:aws:states:${REGION}:${ACCOUNT}:${kind}:${rest}`;
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: arnOf('execution', `${machineName}:${name}`),
      stateMachineArn: arnOf('stateMachine', machineName),
      name,
      status,
      startDate: startedAt,
      stopDate: endedAt,
      input: JSON.stringify({ deploymentId }),
      error,
      cause,
    },
  };
}
