/** Reads one function in AWS with the credentials of the person at the terminal, and changes nothing. */
import { lambdaAdoptions, operatorClients } from '../../aws/lambda-adoption.ts';
import { lambdaCallers } from '../../aws/lambda-callers.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Adoptions } from '../../ports/adoptions.ts';
import type { Callers } from '../../ports/callers.ts';
import { systemClock } from '../../system.ts';
import { functionFromAws } from './live-function.ts';
import { asOperator, operatorWords } from './operator-errors.ts';
import type { Source } from './read-source.ts';

export interface LiveReader {
  readonly adoptions: Adoptions;
  readonly callers: Callers;
}

/** Uses the credentials of the person's own configuration, and its region unless one is named. */
export function operatorReader(region: string | undefined): LiveReader {
  const clients = operatorClients(region);
  return {
    adoptions: lambdaAdoptions(clients),
    callers: lambdaCallers(clients.lambda, { cloudwatch: clients.cloudwatch, clock: systemClock }),
  };
}

export interface LiveOrder {
  readonly functionName: string | undefined;
  readonly alias: string | undefined;
}

export async function readLiveSource(
  { adoptions, callers }: LiveReader,
  { functionName: name, alias = 'live' }: LiveOrder,
): Promise<Source & { readonly unread: readonly string[] }> {
  if (name === undefined) {
    throw new SlipwayError('InvalidRequest', 'Say which function: slipway init --live --function NAME');
  }
  const operator = asOperator(adoptions);
  const live = await operator.read(name);
  const [{ triggers, unread }, alarms] = await Promise.all([
    callers.read({ kind: 'lambda', function: name, alias }),
    operator.alarmsOn(name),
  ]);
  return {
    path: `AWS (${live.arn})`,
    functions: [functionFromAws({ name, live, triggers, alarms })],
    workloads: [],
    folders: ['.'],
    unread: [...live.unread, ...unread.map(operatorWords)],
  };
}
