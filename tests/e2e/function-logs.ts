/**
 * The errors in the logs of the stack's functions: a person wants to read these first when one of these tests fails.
 */
import { FilterLogEventsCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import type { Account } from './account.ts';
import { nameOf } from './slipway-stack.ts';

const CHARACTERS_MAX = 1_500;

export async function readErrors({ logs: client }: Account): Promise<readonly string[]> {
  const errors: string[] = [];
  const pages = paginateDescribeLogGroups({ client }, { logGroupNamePrefix: `/aws/lambda/${nameOf('')}` });
  for await (const { logGroups = [] } of pages) {
    for (const { logGroupName = '' } of logGroups) {
      const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName }));
      const bad = events.filter(({ message = '' }) => /"level":"error"|Runtime\.|Task timed out/i.test(message));
      errors.push(...bad.map(({ message = '' }) => `${logGroupName}: ${message.trim().slice(0, CHARACTERS_MAX)}`));
    }
  }
  return errors;
}
