/** Records what the alias of a target really held, change by change, by asking Lambda often enough. */

import { setTimeout as sleep } from 'node:timers/promises';
import { GetAliasCommand } from '@aws-sdk/client-lambda';
import type { Account } from './account.ts';
import type { Target } from './target.ts';

const EVERY_MS = 25;

export interface Seen {
  readonly at: number;
  readonly version: string;
  readonly canary: string | null;
  readonly percent: number;
  readonly revisionId: string;
}

export interface AliasWatch {
  readonly seen: readonly Seen[];
  /** The time at which the canary lost its last call. Since then the watch has seen only the share 0. */
  zeroAt(): number;
  /** Ends the watch, and returns the canary's shares in their order. */
  stop(): Promise<readonly number[]>;
}

export async function readAlias({ lambda }: Account, { name, alias }: Pick<Target, 'name' | 'alias'>): Promise<Seen> {
  const found = await lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias }));
  const [other] = Object.entries(found.RoutingConfig?.AdditionalVersionWeights ?? {});
  return {
    at: Date.now(),
    version: found.FunctionVersion ?? '',
    canary: other?.[0] ?? null,
    percent: Math.round((other?.[1] ?? 0) * 100),
    revisionId: found.RevisionId ?? '',
  };
}

export async function watchAlias(account: Account, target: Target): Promise<AliasWatch> {
  const seen = [await readAlias(account, target)];
  let over = false;
  const watching = (async () => {
    while (!over) {
      await sleep(EVERY_MS);
      const now = await readAlias(account, target);
      if (!isSame(now, seen.at(-1))) seen.push(now);
    }
  })();
  const shares = () => seen.map(({ version, percent }) => (version === seen[0]?.version ? percent : 100));
  return {
    seen,
    zeroAt: () => seen[shares().findLastIndex((percent) => percent > 0) + 1]?.at ?? Number.NaN,
    async stop() {
      over = true;
      await watching;
      // A rollback repeats its write to be sure, so an equal share in a row is no new share.
      return shares().filter((percent, index, all) => percent !== all[index - 1]);
    },
  };
}

/** Compares the revision too: a write without a change is still a write of somebody. */
function isSame(one: Seen, other: Seen | undefined): boolean {
  return one.revisionId === other?.revisionId;
}
