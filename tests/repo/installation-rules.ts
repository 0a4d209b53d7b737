/**
 * Checks what an installation does to its owner: a failed installation leaves nothing, and a successful one sends no
 * page.
 */
import type { Packaged } from './packaged-template.ts';
import { resourcesOf, valuesAt } from './template-values.ts';

/** `Retain` also keeps a resource when its own creation is rolled back. The next try then creates a second one. */
export function noneIsKeptFromItsCreation({ Resources }: Packaged): string[] {
  return (
    Object.entries(Resources)
      // A version is deleted with its function. A rollout in flight may need the version longer than the template has
      // it.
      .filter(([, { DeletionPolicy, Type }]) => DeletionPolicy === 'Retain' && Type !== 'AWS::Lambda::Version')
      .map(([id]) => `${id} stays when its creation is rolled back. Write RetainExceptOnCreate.`)
  );
}

/** A new alarm begins at INSUFFICIENT_DATA. By itself it goes to OK, or to ALARM where missing data are breaching. */
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
