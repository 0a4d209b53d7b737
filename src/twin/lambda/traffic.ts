/** The port Traffic over the rehearsed Lambda: the same calls, in the same order, as the adapter makes in AWS. */

import { comparedVersions, requireSameVersions } from '../../domain/deployment/renumbered.ts';
import type { OwnSplit } from '../../domain/deployment/traffic-record.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import { pinAlias } from '../../domain/lambda/pin.ts';
import { type ClockAndRandomness, persistently, WAY_BACK } from '../../domain/persistently.ts';
import type { AliasSplit } from '../../domain/remediation/unrecorded-way-back.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import { targetName } from '../../domain/service/target.ts';
import type { Live, Moved, SplitOrder, Traffic } from '../../ports/traffic.ts';
import type { Alias } from '../world/world.ts';
import type { ControlPlane } from './control-plane.ts';

const TAKE_BACK_TRIES = 5;

export function rehearsedTraffic(lambda: ControlPlane, time: ClockAndRandomness): Traffic {
  return {
    async read(target) {
      const alias = readAlias(lambda, target);
      const provisionedConcurrency = lambda.getProvisionedConcurrency(target.function, target);
      return { ...splitOf(alias), revision: alias.revisionId, provisionedConcurrency };
    },
    async readSplit(target) {
      const alias = readAlias(lambda, target);
      return { ...splitOf(alias), revision: alias.revisionId };
    },
    setSplit: async (order) => setSplit(lambda, order),
    takeBack: (order) => persistently({ ...WAY_BACK, ...time }, async () => takeBack(lambda, order)),
    listSplits: async (functionName) => listSplits(lambda, functionName),
    async pin(target, version) {
      const alias = pinAlias(target);
      lambda.putAlias({ functionName: target.function, alias, functionVersion: version });
    },
  };
}

function listSplits(lambda: ControlPlane, functionName: string): readonly AliasSplit[] {
  try {
    return Object.entries(lambda.listAliases(functionName))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, alias]) => ({
        ...splitOf(alias),
        target: { kind: 'lambda', function: functionName, alias: name },
        revision: alias.revisionId,
      }));
  } catch (error) {
    if (isSlipwayError(error, 'NotFound')) return [];
    throw error;
  }
}

function setSplit(lambda: ControlPlane, order: SplitOrder): Moved {
  try {
    return { revision: moveAlias(lambda, order), foundPercent: undefined };
  } catch (error) {
    if (!isStaleRevision(error)) throw error;
    const alias = readAlias(lambda, order.target);
    if (alias.revisionId === order.revision) throw staleLook(order, error);
    requireSame(lambda, { alias, split: order, isBack: false });
    if (!holdsSplit(alias, order)) throw movedByOthers(alias, { order, cause: error });
    return { revision: alias.revisionId, foundPercent: shareOf(alias, order.canary) };
  }
}

function takeBack(lambda: ControlPlane, order: Omit<SplitOrder, 'canaryPercent'>): Moved {
  const home: SplitOrder = { ...order, canaryPercent: 0 };
  let { revision } = order;
  let foundPercent: number | undefined;
  for (let tries = 0; tries < TAKE_BACK_TRIES; tries += 1) {
    try {
      return { revision: moveAlias(lambda, { ...home, revision }), foundPercent };
    } catch (error) {
      if (!isStaleRevision(error)) throw error;
      const alias = readAlias(lambda, order.target);
      if (alias.revisionId === revision) continue;
      if (!holdsOnly(alias, [order.stable, order.canary])) throw movedByOthers(alias, { order: home, cause: error });
      requireSame(lambda, { alias, split: order, isBack: true });
      revision = alias.revisionId;
      foundPercent ??= shareOf(alias, order.canary);
      if (holdsSplit(alias, home)) return { revision, foundPercent };
    }
  }
  const fact = `The alias ${targetName(order.target)} changed ${TAKE_BACK_TRIES} times while it was taken back.`;
  throw new SlipwayError('Transient', `${fact} Stop whoever else moves it; this is tried again.`);
}

interface Found {
  readonly alias: Alias;
  readonly split: OwnSplit;
  readonly isBack: boolean;
}

function requireSame(lambda: ControlPlane, { alias, split, isBack }: Found): void {
  const compared = { split, live: new Set(sharesOf(alias).keys()), isBack };
  const found = comparedVersions(compared).map(
    ({ version }) => [version, readFingerprint(lambda, { target: split.target, version })] as const,
  );
  requireSameVersions(compared, new Map(found));
}

function readFingerprint(lambda: ControlPlane, { target, version }: { target: LambdaTarget; version: string }) {
  try {
    return lambda.describeVersion(target.function, { version }).fingerprint;
  } catch (error) {
    if (isSlipwayError(error, 'NotFound')) return null;
    throw error;
  }
}

function moveAlias(lambda: ControlPlane, { target, stable, canary, canaryPercent, revision }: SplitOrder): string {
  const isWhole = canaryPercent <= 0 || canaryPercent >= 100;
  const alias = lambda.updateAlias({
    functionName: target.function,
    alias: target.alias,
    functionVersion: canaryPercent >= 100 ? canary : stable,
    weights: isWhole ? {} : { [canary]: canaryPercent / 100 },
    revisionId: revision,
  });
  return alias.revisionId;
}

function readAlias(lambda: ControlPlane, target: LambdaTarget): Alias {
  return lambda.getAlias(target.function, { alias: target.alias });
}

/**
 * The versions that get calls, and their shares in percent. A version with a weight of 0 gets no calls and is left out.
 */
export function sharesOf({ functionVersion, weights }: Alias): Map<string, number> {
  const others = Object.entries(weights)
    .map(([version, weight]): [string, number] => [version, Math.round(weight * 1_000_000) / 10_000])
    .filter(([, percent]) => percent > 0);
  const rest = others.reduce((left, [, percent]) => left - percent, 100);
  return new Map(rest > 0 ? [[functionVersion, rest], ...others] : others);
}

export function splitOf(alias: Alias): Pick<Live, 'stable' | 'canary' | 'canaryPercent'> {
  const stable = alias.functionVersion;
  const canary = [...sharesOf(alias)].find(([version]) => version !== stable);
  return { stable, canary: canary?.[0] ?? null, canaryPercent: canary?.[1] ?? 0 };
}

function shareOf(alias: Alias, version: string): number {
  return sharesOf(alias).get(version) ?? 0;
}

function holdsOnly(alias: Alias, versions: readonly string[]): boolean {
  return [...sharesOf(alias).keys()].every((version) => versions.includes(version));
}

function holdsSplit(alias: Alias, { stable, canary, canaryPercent }: SplitOrder): boolean {
  return holdsOnly(alias, [stable, canary]) && Math.abs(shareOf(alias, canary) - canaryPercent) < 0.01;
}

function isStaleRevision(error: unknown): boolean {
  return isSlipwayError(error, 'Conflict') && error.details.code === 'PreconditionFailedException';
}

/** Lambda refused the revision and then showed the same revision: the read is older than the refusal. */
function staleLook({ target }: SplitOrder, cause: unknown): SlipwayError {
  const fact = `Lambda shows the alias ${targetName(target)} as it was before its latest change.`;
  return new SlipwayError('Transient', `${fact} Repeat it in a moment.`, { cause });
}

function movedByOthers(alias: Alias, { order, cause }: { order: SplitOrder; cause: unknown }): SlipwayError {
  const shares = [...sharesOf(alias)].map(([version, percent]) => `${percent} % on version ${version}`).join(' and ');
  const fact = `Someone else moved the alias ${targetName(order.target)}: it has ${shares}.`;
  const wish = `Slipway wanted ${order.canaryPercent} % on version ${order.canary} and the rest on ${order.stable}, and changed nothing.`;
  return new SlipwayError('Conflict', `${fact} ${wish} Find out who did it, then deploy again.`, {
    cause,
    details: { found: { ...splitOf(alias), revision: alias.revisionId } },
  });
}
