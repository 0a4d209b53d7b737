/** Decides the steps that put a live function under Slipway, from what exists. This file changes nothing. */
import { type AlarmToMake, alarmToMake } from '../../domain/alarms/alarm-to-make.ts';
import { MANAGED_TAG } from '../../domain/lambda/owner-tag.ts';
import type { LambdaTarget, ServiceSpec } from '../../domain/service/service-spec.ts';
import { targetName } from '../../domain/service/target.ts';
import type { AlarmThere, LiveFunction } from '../../ports/adoptions.ts';
import type { Point } from './adoption-facts.ts';
import { alarmDifferences } from './alarm-differences.ts';
import { LATEST } from './found-function.ts';

export type Step =
  | { readonly do: 'publish'; readonly codeSha256: string; readonly text: string }
  | { readonly do: 'alias'; readonly text: string }
  | { readonly do: 'tag'; readonly arn: string; readonly text: string }
  | { readonly do: 'alarm'; readonly alarm: AlarmToMake; readonly text: string };

export interface AdoptPlan {
  readonly steps: readonly Step[];
  readonly points: readonly Point[];
}

export interface AdoptFacts {
  readonly spec: ServiceSpec;
  readonly target: LambdaTarget;
  readonly live: LiveFunction;
  /** The alarms by name; null for an alarm that does not exist. */
  readonly alarms: ReadonlyMap<string, AlarmThere | null>;
}

export function planAdoption(facts: AdoptFacts): AdoptPlan {
  const parts = [aliasPart(facts), tagPart(facts), ...alarmParts(facts)];
  const unread = facts.live.unread.map((text): Point => ({ state: 'look', text }));
  return { steps: parts.flatMap(({ steps }) => steps), points: [...parts.flatMap(({ points }) => points), ...unread] };
}

const done = (text: string): AdoptPlan => ({ steps: [], points: [{ state: 'right', text }] });
const open = (text: string): AdoptPlan => ({ steps: [], points: [{ state: 'missing', text }] });

function aliasPart({ target, live: { aliases, codeSha256 } }: AdoptFacts): AdoptPlan {
  // Without permission to read the aliases, creating one would be a guess.
  if (aliases === null) return { steps: [], points: [] };
  const name = targetName(target);
  const there = aliases.find((alias) => alias.name === target.alias);
  if (there === undefined) return firstAlias({ name, target, codeSha256 });
  if (there.version === LATEST) {
    const command = `aws lambda update-alias --function-name ${target.function} --name ${target.alias} --function-version VERSION`;
    return open(`The alias ${name} is on ${LATEST}, and adopt moves no alias. Publish the code, then: ${command}`);
  }
  if (there.isSplit)
    return open(`The alias ${name} splits its calls already. Put it on one version, then run this again.`);
  return done(`The alias ${name} is there, on version ${there.version}, and stays there.`);
}

function firstAlias({
  name,
  target,
  codeSha256,
}: {
  readonly name: string;
  readonly target: LambdaTarget;
  readonly codeSha256: string | null;
}): AdoptPlan {
  if (codeSha256 === null) return open(`Lambda does not say which code is in ${target.function}. Look at it there.`);
  const publish = `Publish what is in ${LATEST} of ${target.function}. Where that is published already, Lambda makes no new version.`;
  return {
    steps: [
      { do: 'publish', codeSha256, text: publish },
      {
        do: 'alias',
        text: `Make the alias ${name} on that version. Calls of ${target.function} itself change nothing.`,
      },
    ],
    points: [],
  };
}

function tagPart({ target, live: { tags, arn } }: AdoptFacts): AdoptPlan {
  if (tags === null) return { steps: [], points: [] };
  const value = tags[MANAGED_TAG];
  if (value === 'true') return done(`The tag ${MANAGED_TAG}: "true" is there.`);
  if (value !== undefined) {
    return open(
      `The tag ${MANAGED_TAG} is "${value}", so somebody has decided. Set it to "true" if Slipway may deploy here.`,
    );
  }
  return { steps: [{ do: 'tag', arn, text: `Tag ${target.function} with ${MANAGED_TAG} = true.` }], points: [] };
}

function alarmParts({ spec, target, alarms }: AdoptFacts): AdoptPlan[] {
  return spec.alarms.map((name) => {
    const there = alarms.get(name) ?? null;
    const described = spec.describedAlarms?.find((alarm) => alarm.name === name);
    if (described === undefined) {
      if (there !== null) return done(`The alarm ${name} is there.`);
      return open(
        `There is no alarm ${name}, and slipway.yml only names it. Describe it: { errorsAbove: 1 %, over: 1 minute }.`,
      );
    }
    const alarm = alarmToMake(described, target);
    if (there === null)
      return {
        steps: [{ do: 'alarm', alarm, text: `Make the alarm ${name}: ${alarm.AlarmDescription}.` }],
        points: [],
      };
    const differences = alarmDifferences(there, alarm);
    if (differences.length === 0) return done(`The alarm ${name} is there, and is the one that is described.`);
    const fact = `There is another alarm ${name} already (${differences.join(', ')}), and it is not overwritten.`;
    return open(`${fact} Name it instead of the description, or give the description a name of its own.`);
  });
}
