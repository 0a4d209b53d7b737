/**
 * The adapters' errors name the role of one of Slipway's functions. At a terminal the permissions are a person's, so
 * this file rewrites the errors.
 */
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { Adoptions } from '../../ports/adoptions.ts';

export function operatorWords(message: string): string {
  return message.replace('that the role of this function may do', 'that your AWS credentials may do');
}

export function asOperator(adoptions: Adoptions): Adoptions {
  return {
    async read(functionName) {
      const live = await inWords(() => adoptions.read(functionName));
      return { ...live, unread: live.unread.map(operatorWords) };
    },
    publish: (order) => inWords(() => adoptions.publish(order)),
    createAlias: (target, version) => inWords(() => adoptions.createAlias(target, version)),
    tag: (arn, tags) => inWords(() => adoptions.tag(arn, tags)),
    readAlarm: (name) => inWords(() => adoptions.readAlarm(name)),
    alarmsOn: (functionName) => inWords(() => adoptions.alarmsOn(functionName)),
    putAlarm: (alarm) => inWords(() => adoptions.putAlarm(alarm)),
  };
}

async function inWords<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    throw new SlipwayError(error.name, operatorWords(error.message), { cause: error });
  }
}
