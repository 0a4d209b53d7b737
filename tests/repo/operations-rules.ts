/** Checks that docs/operations.md describes the stack as it is. */
import type { Packaged } from './packaged-template.ts';
import type { Source } from './sources.ts';
import { resourcesOf, valuesAt } from './template-values.ts';

/** Reads the first column of the table of alarms: their names without the stage. */
export function alarmsAreExplained({ path, text }: Source, template: Packaged): string[] {
  const section = text.split(/^## /m).find((one) => one.startsWith('When an alarm')) ?? '';
  const explained = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name = '']) => name);
  const alarms = resourcesOf(template, /^AWS::CloudWatch::(Alarm|CompositeAlarm)$/).flatMap(([, alarm]) =>
    valuesAt(alarm, 'Properties', 'AlarmName').map((name) => String(name).replace(/^[a-z]+-[a-z]+-/, '')),
  );
  return [
    ...alarms
      .filter((name) => !explained.includes(name))
      .map((name) => `${path}: the alarm ${name} is not explained. Say what it means and what to do.`),
    ...explained
      .filter((name) => !alarms.includes(name))
      .map((name) => `${path}: there is no alarm ${name}. Delete its row.`),
  ];
}
