/**
 * Moves the live traffic of a Lambda alias. Only this file moves an alias, and always with the alias's RevisionId. A
 * lost answer does no harm: the SDK's retry meets a new revision, and this file then reads the alias and recognises its
 * own move.
 */
import {
  type AliasConfiguration,
  CreateAliasCommand,
  GetAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  ListAliasesCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { comparedVersions, requireSameVersions } from '../domain/deployment/renumbered.ts';
import type { OwnSplit } from '../domain/deployment/traffic-record.ts';
import { SlipwayError } from '../domain/errors.ts';
import { pinAlias } from '../domain/lambda/pin.ts';
import { type Persistence, persistently, WAY_BACK } from '../domain/persistently.ts';
import type { AliasSplit } from '../domain/remediation/unrecorded-way-back.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';
import { targetName } from '../domain/service/target.ts';
import type { Live, Moved, SplitOrder, Traffic } from '../ports/traffic.ts';
import { systemTime } from '../system.ts';
import { attempt, isNamed, statusOf } from './errors.ts';
import { readFingerprint } from './lambda-configuration.ts';

/** The most aliases that Lambda returns at once. */
const ALIASES_A_PAGE = 50;
/** How often a rollback takes a fresh revision when concurrent writers move the alias. */
const TAKE_BACK_TRIES = 5;

/** `wayBack`: how long a throttled way back is repeated. */
export function lambdaTraffic(lambda: LambdaClient, wayBack: Persistence = WAY_BACK): Traffic {
  return {
    read: (target) => readLive(lambda, target),
    async readSplit(target) {
      const alias = await readAlias(lambda, target);
      return { ...splitOf(alias), revision: alias.RevisionId ?? '' };
    },
    setSplit: (order) => setSplit(lambda, order),
    takeBack: (order) => persistently({ ...WAY_BACK, ...wayBack, ...systemTime }, () => takeBack(lambda, order)),
    listSplits: (functionName) => listSplits(lambda, functionName),
    pin: (target, version) => pin(lambda, { target, version }),
  };
}

async function readLive(lambda: LambdaClient, target: LambdaTarget): Promise<Live> {
  const [alias, provisionedConcurrency] = await Promise.all([
    readAlias(lambda, target),
    readProvisionedConcurrency(lambda, target),
  ]);
  return { ...splitOf(alias), revision: alias.RevisionId ?? '', provisionedConcurrency };
}

async function setSplit(lambda: LambdaClient, order: SplitOrder): Promise<Moved> {
  try {
    return { revision: await moveAlias(lambda, order), foundPercent: undefined };
  } catch (error) {
    if (!isStaleRevision(error)) throw error;
    const alias = await readAlias(lambda, order.target);
    if (alias.RevisionId === order.revision) throw staleLook(order, error);
    await requireSame(lambda, { alias, split: order, isBack: false });
    if (!holdsSplit(alias, order)) throw movedByOthers(alias, { order, cause: error });
    return { revision: alias.RevisionId ?? '', foundPercent: shareOf(alias, order.canary) };
  }
}

async function takeBack(lambda: LambdaClient, order: Omit<SplitOrder, 'canaryPercent'>): Promise<Moved> {
  const home: SplitOrder = { ...order, canaryPercent: 0 };
  let revision = order.revision;
  let foundPercent: number | undefined;
  for (let tries = 0; tries < TAKE_BACK_TRIES; tries += 1) {
    try {
      return { revision: await moveAlias(lambda, { ...home, revision }), foundPercent };
    } catch (error) {
      if (!isStaleRevision(error)) throw error;
      const alias = await readAlias(lambda, order.target);
      // A read that is older than the change behind the stale revision says nothing about the split.
      if (alias.RevisionId === revision) continue;
      if (!holdsOnly(alias, [order.stable, order.canary])) throw movedByOthers(alias, { order: home, cause: error });
      await requireSame(lambda, { alias, split: order, isBack: true });
      revision = alias.RevisionId ?? '';
      foundPercent ??= shareOf(alias, order.canary);
      if (holdsSplit(alias, home)) return { revision, foundPercent };
    }
  }
  const what = `The alias ${targetName(order.target)} changed ${TAKE_BACK_TRIES} times while Slipway took it back to version ${order.stable}.`;
  throw new SlipwayError('Transient', `${what} Stop whoever else moves it; this is tried again.`);
}

interface Found {
  readonly alias: AliasConfiguration;
  readonly split: OwnSplit;
  readonly isBack: boolean;
}

async function requireSame(lambda: LambdaClient, { alias, split, isBack }: Found): Promise<void> {
  const compared = { split, live: new Set(sharesOf(alias).keys()), isBack };
  const reads = comparedVersions(compared).map(
    async ({ version }) => [version, await readFingerprint(lambda, { target: split.target, version })] as const,
  );
  requireSameVersions(compared, new Map(await Promise.all(reads)));
}

/** One UpdateAlias. The weights are always given, because AWS keeps the old weights when a call leaves them out. */
async function moveAlias(lambda: LambdaClient, { target, stable, canary, canaryPercent, revision }: SplitOrder) {
  const isWhole = canaryPercent <= 0 || canaryPercent >= 100;
  const what = `move the alias ${targetName(target)} to ${canaryPercent} % of version ${canary}, the rest on version ${stable}`;
  // Lambda answers "conflict" while another operation on the function is not finished. This is no split of another tool
  // or person.
  const answer = await attempt({ what, action: 'lambda:UpdateAlias', conflictIs: 'Transient' }, () =>
    lambda.send(
      new UpdateAliasCommand({
        FunctionName: target.function,
        Name: target.alias,
        FunctionVersion: canaryPercent >= 100 ? canary : stable,
        RoutingConfig: { AdditionalVersionWeights: isWhole ? {} : { [canary]: canaryPercent / 100 } },
        RevisionId: revision,
      }),
    ),
  );
  return answer.RevisionId ?? '';
}

function readAlias(lambda: LambdaClient, target: LambdaTarget): Promise<AliasConfiguration> {
  return attempt({ what: `read the alias ${targetName(target)}`, action: 'lambda:GetAlias' }, () =>
    lambda.send(new GetAliasCommand({ FunctionName: target.function, Name: target.alias })),
  );
}

async function readProvisionedConcurrency(lambda: LambdaClient, target: LambdaTarget): Promise<number> {
  const what = `read the provisioned concurrency of ${targetName(target)}`;
  try {
    const config = await attempt({ what, action: 'lambda:GetProvisionedConcurrencyConfig' }, () =>
      lambda.send(
        new GetProvisionedConcurrencyConfigCommand({ FunctionName: target.function, Qualifier: target.alias }),
      ),
    );
    return config.RequestedProvisionedConcurrentExecutions ?? 0;
  } catch (error) {
    if (isNamed(error, 'ProvisionedConcurrencyConfigNotFoundException')) return 0;
    throw error;
  }
}

async function listSplits(lambda: LambdaClient, functionName: string): Promise<readonly AliasSplit[]> {
  const what = `list the aliases of ${functionName}`;
  const aliases: AliasConfiguration[] = [];
  let Marker: string | undefined;
  try {
    do {
      const order = { FunctionName: functionName, MaxItems: ALIASES_A_PAGE, ...(Marker !== undefined && { Marker }) };
      const page = await attempt({ what, action: 'lambda:ListAliases' }, () =>
        lambda.send(new ListAliasesCommand(order)),
      );
      aliases.push(...(page.Aliases ?? []));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return [];
    throw error;
  }
  return aliases.map((alias) => ({
    ...splitOf(alias),
    target: { kind: 'lambda', function: functionName, alias: alias.Name ?? '' },
    revision: alias.RevisionId ?? '',
  }));
}

/** AWS refuses to delete a version that an alias points to. So one of Slipway's own aliases pins the version before. */
async function pin(
  lambda: LambdaClient,
  { target, version }: { target: LambdaTarget; version: string },
): Promise<void> {
  const alias = { FunctionName: target.function, Name: pinAlias(target), FunctionVersion: version };
  const what = `pin version ${version} of ${target.function} by the alias ${alias.Name}`;
  const update = () =>
    attempt({ what, action: 'lambda:UpdateAlias', conflictIs: 'Transient' }, () =>
      lambda.send(new UpdateAliasCommand({ ...alias, RoutingConfig: { AdditionalVersionWeights: {} } })),
    );
  try {
    await update();
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
    await createAlias(lambda, { what, alias, orElse: update });
  }
}

async function createAlias(
  lambda: LambdaClient,
  order: {
    what: string;
    alias: { FunctionName: string; Name: string; FunctionVersion: string };
    orElse: () => unknown;
  },
): Promise<void> {
  const Description = 'Kept by Slipway so that the version before is not deleted';
  try {
    await attempt({ what: order.what, action: 'lambda:CreateAlias' }, () =>
      lambda.send(new CreateAliasCommand({ ...order.alias, Description })),
    );
  } catch (error) {
    if (!isNamed(error, 'ResourceConflictException')) throw error;
    await order.orElse();
  }
}

/** Returns the versions that get calls, with their shares in percent. A weight of 0 is no traffic. */
function sharesOf({ FunctionVersion = '', RoutingConfig }: AliasConfiguration): Map<string, number> {
  const others = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {})
    .map(([version, weight]): [string, number] => [version, toPercent(weight)])
    .filter(([, percent]) => percent > 0);
  const rest = others.reduce((left, [, percent]) => left - percent, 100);
  return new Map(rest > 0 ? [[FunctionVersion, rest], ...others] : others);
}

/** Weights are fractions: 7 % is 0.07 and becomes 7.000000000000001 without rounding. */
function toPercent(weight: number): number {
  return Math.round(weight * 1_000_000) / 10_000;
}

function splitOf(alias: AliasConfiguration): Pick<Live, 'stable' | 'canary' | 'canaryPercent'> {
  const stable = alias.FunctionVersion ?? '';
  const [canary] = [...sharesOf(alias)].filter(([version]) => version !== stable);
  return { stable, canary: canary?.[0] ?? null, canaryPercent: canary?.[1] ?? 0 };
}

function shareOf(alias: AliasConfiguration, version: string): number {
  return sharesOf(alias).get(version) ?? 0;
}

function holdsOnly(alias: AliasConfiguration, versions: readonly string[]): boolean {
  return [...sharesOf(alias).keys()].every((version) => versions.includes(version));
}

function holdsSplit(alias: AliasConfiguration, { stable, canary, canaryPercent }: SplitOrder): boolean {
  return holdsOnly(alias, [stable, canary]) && Math.abs(shareOf(alias, canary) - canaryPercent) < 0.01;
}

function isStaleRevision(error: unknown): boolean {
  return isNamed(error, 'PreconditionFailedException') || statusOf(error) === 412;
}

/** Lambda refused the revision and then returned the same one: this read is older than the refusal. */
function staleLook({ target }: SplitOrder, cause: unknown): SlipwayError {
  const fact = `Lambda shows the alias ${targetName(target)} as it was before its latest change.`;
  return new SlipwayError('Transient', `${fact} Repeat it in a moment.`, { cause });
}

function movedByOthers(alias: AliasConfiguration, { order, cause }: { order: SplitOrder; cause: unknown }) {
  const { target, stable, canary, canaryPercent } = order;
  const shares = [...sharesOf(alias)].map(([version, percent]) => `${percent} % on version ${version}`).join(' and ');
  const fact = `Someone else moved the alias ${targetName(target)}: it has ${shares}.`;
  const wish = `Slipway wanted ${canaryPercent} % on version ${canary} and the rest on ${stable}, and changed nothing.`;
  const found = { ...splitOf(alias), revision: alias.RevisionId ?? '' };
  return new SlipwayError('Conflict', `${fact} ${wish} Find out who did it, then deploy again.`, {
    cause,
    details: { found },
  });
}
