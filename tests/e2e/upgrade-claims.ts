/** A second `serverless deploy`, with changed code, while a rollout is in flight. */

import { paginateListVersionsByFunction } from '@aws-sdk/client-lambda';
import { VERSION } from '../../src/domain/version.ts';
import type { Stage } from './a-stage.ts';
import { readAlias } from './alias-weights.ts';
import { type Ask, proves } from './claims.ts';
import { meetEmulator } from './meet-emulator.ts';
import type { Change } from './project-copy.ts';
import { deploy, deployAndHold, type Plan, untilEnded } from './rollout-stage.ts';
import { deployStack, nameOf } from './slipway-stack.ts';

const PLAN: Plan = [{ setWeight: 20 }, { bake: { minutes: 30 } }, { setWeight: 60 }, { bake: { seconds: 1 } }];

/** The difference of the newer code: it names itself as newer wherever it moves traffic. */
const NEWER: readonly Change[] = [
  { file: 'src/domain/version.ts', was: `'${VERSION}'`, is: `'${VERSION}-newer'` },
  { file: 'src/domain/deployment/recorded-move.ts', was: '% of the calls.`', is: '% of the calls, by newer code.`' },
  { file: 'stepfunctions/rollout.asl.yml', was: 'Comment: One rollout', is: 'Comment: Newer. One rollout' },
];
export function upgradeClaims(stage: Ask<Stage>): void {
  proves('a second deploy changes neither the code nor the alias of a rollout in flight', async () => {
    const { account, slipway, checkout, settings, does } = stage();
    const id = await deployAndHold(stage(), { says: 'news in flight', strategy: PLAN });
    const held = await readAlias(account, checkout);
    const versions = await versionsOf(stage(), nameOf('shiftTraffic'));

    const { seconds } = await deployStack({ settings, does, changes: NEWER });
    await meetEmulator(account, does);
    expect(await slipway.client.readHealth()).toMatchObject({ version: `${VERSION}-newer` });
    expect({ ...(await readAlias(account, checkout)), at: held.at }).toEqual(held);
    expect(await versionsOf(stage(), nameOf('shiftTraffic'))).toEqual([...versions, String(versions.length + 1)]);

    await slipway.client.skipDeployment({ id, reason: 'long enough' });
    const { timeline } = await untilEnded(stage(), id);
    expect(shifts(timeline)).toEqual(['Step 1 of 4: 20 % of the calls.', 'Step 3 of 4: 60 % of the calls.']);
    expect(await checkout.call()).toBe('news in flight');
    return `${seconds.toFixed(0)} s; the alias kept its revision, the rollout went on by the code that it began with`;
  });

  proves('the next rollout runs the newer code', async () => {
    const { id } = await deploy(stage(), { says: 'news after that', strategy: [{ setWeight: 30 }] });
    const { timeline, status } = await untilEnded(stage(), id);
    expect({ status, shifts: shifts(timeline) }).toEqual({
      status: 'promoted',
      shifts: ['Step 1 of 1: 30 % of the calls, by newer code.'],
    });
    return 'by the words that it writes';
  });
}

function shifts(timeline: readonly { readonly kind: string; readonly because: string }[]): string[] {
  return timeline.filter(({ kind }) => kind === 'TrafficShifted').map(({ because }) => because);
}

async function versionsOf({ account: { lambda: client } }: Stage, FunctionName: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName })) {
    found.push(...Versions.map(({ Version = '' }) => Version).filter((version) => version !== '$LATEST'));
  }
  return found;
}
