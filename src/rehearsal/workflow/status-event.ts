/** The event that Step Functions sends when the status of an execution changes. */
import { ACCOUNT, type BusEvent, REGION } from '../cloud/bus-event.ts';
import type { StatusChange } from './runner.ts';

/** The names under which serverless.yml deploys the machines; `stem` is `<service>-<stage>`. */
export function statusEvent(
  { machine, deploymentId, status, startedAt, endedAt, error }: StatusChange,
  stem = 'slipway-dev',
): Pick<BusEvent, 'source' | 'detail-type' | 'detail'> {
  const machineName = `${stem}-${machine}`;
  const arnOf = (kind: string, name: string) => `arn:aws:states:${REGION}:${ACCOUNT}:${kind}:${name}`;
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: arnOf('execution', `${machineName}:${deploymentId}`),
      stateMachineArn: arnOf('stateMachine', machineName),
      name: deploymentId,
      status,
      startDate: startedAt,
      stopDate: endedAt,
      input: JSON.stringify({ deploymentId }),
      error,
    },
  };
}
