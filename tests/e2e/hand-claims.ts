/** What a person or a CI system does by hand: promote, pause, abort and roll back; and what Slipway refuses. */
import { SERVICE, type Stage } from './a-stage.ts';
import { readAlias, watchAlias } from './alias-weights.ts';
import { type Ask, proves } from './claims.ts';
import { deploy, deployAndHold, HELD, type Plan, untilEnded, untilEntry } from './rollout-stage.ts';
import { aTarget } from './target.ts';

const reason = 'said so by hand';

export function handClaims(stage: Ask<Stage>): void {
  proves('a second deployment is refused with the link to the first, and an abort rolls the first back', async () => {
    const { account, slipway, checkout } = stage();
    const alias = await watchAlias(account, checkout);
    const id = await deployAndHold(stage(), { says: 'first come' });
    await expect(deploy(stage(), { says: 'second come' })).rejects.toMatchObject({
      name: 'Conflict',
      details: { status: 409, deployment: `/deployments/${id}` },
    });
    await slipway.client.abortDeployment({ id, reason });
    expect(await untilEnded(stage(), id)).toMatchObject({ status: 'rolledBack', because: reason });
    expect(await alias.stop()).toEqual([0, 20, 0]);
    return '409';
  });

  proves('a deployment that supersedes rolls the first one back and then runs its own rollout', async () => {
    const { account, slipway, checkout } = stage();
    const id = await deployAndHold(stage(), { says: 'old plan' });
    const newer = await deployAndHold(stage(), { says: 'new plan', more: { supersede: true } });
    expect(await untilEnded(stage(), id)).toMatchObject({ status: 'superseded', replacedBy: newer });
    const { canary } = await slipway.client.readDeployment({ id: newer });
    expect(await readAlias(account, checkout)).toMatchObject({ canary, percent: 20 });
    await slipway.client.abortDeployment({ id: newer, reason });
    await untilEnded(stage(), newer);
    return 'superseded';
  });

  proves('promote ends the bake early, and one call undoes the promotion', async () => {
    const { account, slipway, checkout } = stage();
    const { version } = await readAlias(account, checkout);
    const id = await deployAndHold(stage(), { says: 'hurried news' });
    await slipway.client.promoteDeployment({ id, reason });
    expect(await untilEnded(stage(), id)).toMatchObject({ status: 'promoted' });
    expect(await checkout.call()).toBe('hurried news');

    const askedAt = Date.now();
    const back = await slipway.client.startRollback({ service: SERVICE, reason });
    const { percent, version: live } = await readAlias(account, checkout);
    const ms = Date.now() - askedAt;
    expect({ percent, live }).toEqual({ percent: 0, live: version });
    expect(await untilEnded(stage(), back.id)).toMatchObject({ status: 'rolledBack' });
    return `${ms} ms from the call to POST /rollback until the alias was back`;
  });

  proves('pause holds a rollout, resume and skip continue it, and an approval is waited for', async () => {
    const { slipway } = stage();
    const { client } = slipway;
    const strategy: Plan = [{ setWeight: 5 }, { bake: { minutes: 30 } }, { approve: { within: { hours: 1 } } }];
    const id = await deployAndHold(stage(), { says: 'patient news', strategy });
    await client.pauseDeployment({ id, reason });
    expect(await untilEntry(stage(), { id, kind: 'HoldStarted' })).toMatchObject({ status: 'paused', atPercent: 5 });
    await client.resumeDeployment({ id, reason });
    await untilEntry(stage(), { id, kind: 'BakeStarted', times: 2 });
    await client.skipDeployment({ id, reason });
    expect(await untilEntry(stage(), { id, kind: 'ApprovalRequested' })).toMatchObject({ status: 'awaitingApproval' });
    await expect(client.approveDeployment({ id, reason })).rejects.toMatchObject({ details: { status: 403 } });
    await slipway.approver.approveDeployment({ id, reason });
    const { timeline } = await untilEnded(stage(), id);
    const signals = timeline.filter(({ kind }) => kind === 'SignalReceived').map(({ data }) => data.signal);
    expect(signals).toEqual(['pause', 'resume', 'skip', 'approve']);
    return `${signals.join(', ')}; whoever deployed may not approve`;
  });

  proves('a repeated request under its key is one deployment, and another body under that key is refused', async () => {
    const { slipway, checkout } = stage();
    const { client } = slipway;
    const key = { idempotencyKey: 'build-4711' };
    const order = { service: SERVICE, artifact: await checkout.upload('once only'), strategy: HELD };
    const [first, again] = [await client.startDeployment(order, key), await client.startDeployment(order, key)];
    expect(again).toEqual(first);
    const other = client.startDeployment({ ...order, reason: 'another body' }, key);
    await expect(other).rejects.toMatchObject({ details: { status: 422 } });
    const { id } = first as { id: string };
    await client.abortDeployment({ id, reason });
    await untilEnded(stage(), id);
    return '422';
  });

  proves('the list returns all deployments, page by page with its cursor', async () => {
    const { client } = stage().slipway;
    const ids: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await client.listDeployments({ service: SERVICE, limit: 4, ...(cursor ? { cursor } : {}) });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(ids.length).toBeGreaterThan(8);
    return `${ids.length} deployments, newest first`;
  });

  proves('an invalid request is refused with the invalid field', async () => {
    const { client } = stage().slipway;
    const wrong = client.startDeployment({ service: SERVICE, strategy: [{ setWeight: 200 }], version: '1' });
    await expect(wrong).rejects.toMatchObject({
      details: { status: 422, errors: [{ pointer: '/strategy/0/setWeight' }] },
    });
    await expect(client.readDeployment({ id: 'dep-unknown' })).rejects.toMatchObject({ name: 'NotFound' });
    return '422, 404';
  });

  proves('a viewer may read, and may change nothing', async () => {
    const { viewer } = stage().slipway;
    expect((await viewer.listServices()).items.map(({ name }) => name)).toContain(SERVICE);
    const rollback = viewer.startRollback({ service: SERVICE, reason });
    await expect(rollback).rejects.toMatchObject({ details: { status: 403 } });
    return '403';
  });

  proves('Slipway cannot change a function without the tag slipway:managed', async () => {
    const { account, slipway } = stage();
    const foreign = await aTarget(account, { name: 'foreign', tags: {}, artifactBucket: slipway.artifactBucket });
    const target = { kind: 'lambda', function: foreign.name, alias: foreign.alias } as const;
    await slipway.client.putService({ name: 'foreign', spec: { name: 'foreign', target } });
    const order = slipway.client.startDeployment({ service: 'foreign', artifact: await foreign.upload('ours now') });
    await expect(order).rejects.toMatchObject({ details: { status: 422 } });
    const { findings } = await slipway.client.checkService({ name: 'foreign' });
    expect(findings.map(({ check }) => check)).toContain('targetTagged');
    // Whatever Slipway knows about the tag, IAM refuses the call itself.
    const rollback = slipway.client.startRollback({ service: 'foreign', reason });
    await expect(rollback).rejects.toMatchObject({ details: { status: 500 } });
    await slipway.client.removeService({ name: 'foreign' });
    await foreign.remove();
    return 'refused by IAM: aws:ResourceTag in the roles';
  });
}
