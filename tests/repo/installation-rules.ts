/** What an installation does to those who installed: it leaves nothing when it fails, and wakes nobody when it succeeds. */
import type { Packaged } from './packaged-template.ts';
import { resourcesOf, valuesAt } from './template-values.ts';

/** `Retain` keeps a resource also from the rollback of its own creation; the next try makes another one. */
export function noneIsKeptFromItsCreation({ Resources }: Packaged): string[] {
  return (
    Object.entries(Resources)
      // A version goes when its function goes; a rollout in flight may need it longer than the template does.
      .filter(([, { DeletionPolicy, Type }]) => DeletionPolicy === 'Retain' && Type !== 'AWS::Lambda::Version')
      .map(([id]) => `${id} stays when its creation is rolled back. Write RetainExceptOnCreate.`)
  );
}

/** A new alarm begins at INSUFFICIENT_DATA. It goes to OK by itself, and to ALARM too where missing data are breaching. */
export function newAlarmsAreSilent(template: Packaged): string[] {
  return resourcesOf(template, /^AWS::CloudWatch::(Alarm|CompositeAlarm)$/).flatMap(([id, alarm]) => [
    ...(valuesAt(alarm, 'Properties', 'OKActions').length === 0
      ? []
      : [`${id} tells of OK as soon as it is made. Take its OKActions out: resources/recoveries.yml tells of it.`]),
    ...(valuesAt(alarm, 'Properties', 'TreatMissingData').includes('breaching')
      ? [`${id} pages before there are data. Treat missing data as missing, with InsufficientDataActions.`]
      : []),
  ]);
}
