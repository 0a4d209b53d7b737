/**
 * The ids that find the log line of a task or an event: of the deployment, the event, the execution and the invocation.
 */
import { deploymentOfExecution } from '../domain/deployment/deployment.ts';

/**
 * The fields that Slipway reads of the context that Lambda gives to a handler. Any other caller of a handler gives no
 * context.
 */
export interface Invocation {
  readonly awsRequestId: string;
  readonly functionName: string;
}

type Facts = Readonly<Record<string, unknown>>;

/** Known before the work starts, so that the log line of a failure has these fields too. */
export function factsOfInput(payload: unknown, invocation: Invocation | undefined): Facts {
  const { deploymentId, id, detail } = recordOf(payload);
  const { alarmName, executionArn, name } = recordOf(detail);
  const execution = textOf(executionArn);
  return withoutGaps({
    requestId: invocation?.awsRequestId,
    deploymentId: textOf(deploymentId) ?? (execution && deploymentOfExecution(textOf(name) ?? '')),
    eventId: textOf(id),
    alarm: textOf(alarmName),
    executionArn: execution,
  });
}

/** An alarm's event names no deployment, but the result of its handling does. */
export function factsOfResult(result: unknown): Facts {
  if (!Array.isArray(result)) return {};
  const ids = result.map((one) => textOf(recordOf(one).deploymentId)).filter((id) => id !== undefined);
  if (ids.length === 0) return {};
  return ids.length === 1 ? { deploymentId: ids[0] } : { deploymentIds: ids };
}

/** `slipway-prod-shiftTraffic` carries out the state `ShiftTraffic`. */
export function stateOf({ functionName }: Invocation): string {
  const key = functionName.slice(functionName.lastIndexOf('-') + 1);
  return key.slice(0, 1).toUpperCase() + key.slice(1);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function withoutGaps(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
