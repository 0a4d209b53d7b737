/**
 * Answers CloudFormation at the address that its request names. Any caller of the function can write that address, so
 * it is checked: AWS keeps these answers in S3 buckets with a known name.
 */
import { SlipwayError } from '../domain/errors.ts';
import { AT_ONCE, persistently } from '../domain/persistently.ts';
import type { StackAnswers } from '../ports/stack-answers.ts';
import { type Exchange, type ExchangeAnswer, exchange } from './exchange.ts';
import { DNS_SUFFIX } from './partitions.ts';

const BUCKET = new RegExp(
  String.raw`^cloudformation-custom-resource-response-[a-z0-9]+\.s3([.-][a-z0-9-]+)?\.(${DNS_SUFFIX})$`,
);
const TIMEOUT_MS = 5_000;
const TRIES = 3;

export interface StackAnswerSettings {
  /** The address of an emulator, instead of AWS. */
  readonly endpoint?: string | undefined;
  readonly send?: (order: Exchange) => Promise<ExchangeAnswer>;
}

export function stackAnswers({ endpoint, send = exchange }: StackAnswerSettings = {}): StackAnswers {
  return {
    async send(address, answer) {
      const url = checked(address, endpoint);
      // The signature of the address includes an empty content type.
      const order: Exchange = {
        method: 'PUT',
        url,
        headers: { 'content-type': '' },
        body: JSON.stringify(answer),
        timeoutMs: TIMEOUT_MS,
      };
      await persistently({ tries: TRIES, ...AT_ONCE, isWorthAnother: () => true }, () => deliver(send, order));
    },
  };
}

async function deliver(send: (order: Exchange) => Promise<ExchangeAnswer>, order: Exchange): Promise<void> {
  const problem = await send(order).then(
    ({ status }) => (status >= 200 && status < 300 ? null : `status ${status}`),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (problem === null) return;
  const fact = `Could not answer CloudFormation at ${order.url.host}: ${problem}.`;
  throw new SlipwayError('Transient', `${fact} It waits for its own timeout, and then takes the deployment back.`);
}

function checked(address: string, endpoint: string | undefined): URL {
  if (URL.canParse(address)) {
    const url = new URL(address);
    const isOfEmulator = endpoint !== undefined && url.origin === new URL(endpoint).origin;
    const isOfAws = url.protocol === 'https:' && url.port === '' && url.username === '' && BUCKET.test(url.hostname);
    if (isOfEmulator || isOfAws) return url;
  }
  throw new SlipwayError(
    'InvalidRequest',
    'The address for the answer is not one of CloudFormation. Only a deployment of the stack calls this function.',
  );
}
