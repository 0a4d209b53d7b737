import { readFileSync } from 'node:fs';
import { ENTRY_KINDS, type EntryKind, messagesFor } from '../../src/domain/deployment/timeline.ts';
import { aDeployment, OPENED_AT } from '../domain/a-deployment.ts';
import { readCloudFormationYaml } from './cloudformation-yaml.ts';
import { ofType, type Template } from './template.ts';

type Pattern = { readonly [key: string]: readonly string[] | Pattern };

const text = readFileSync(new URL('../../examples/adopt/write-back/rule.yml', import.meta.url), 'utf8');
const [[, rule] = []] = ofType(readCloudFormationYaml(text) as Template, 'AWS::Events::Rule');

/** The event as EventBridge delivers it. */
function eventOf(kind: EntryKind, service: string) {
  const entry = { kind, by: 'slipway', because: 'x', data: {}, deploymentId: 'dep-1', sequence: 1, at: OPENED_AT };
  const [event] = messagesFor(entry, aDeployment({ service }));
  return { source: 'slipway', 'detail-type': event?.subject, detail: JSON.parse(event?.body ?? '') };
}

function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const found = (event as Record<string, unknown>)[key];
    return Array.isArray(wanted) ? wanted.includes(found) : matches(wanted as Pattern, found);
  });
}

test('the rule of the example matches the ends of rollouts of its service, and no other event of Slipway', () => {
  const pattern = rule?.Properties?.EventPattern as Pattern;
  const taken = ENTRY_KINDS.filter((kind) => matches(pattern, eventOf(kind, 'orders')));
  expect([...taken].sort()).toEqual(['DeploymentPromoted', 'DeploymentRolledBack']);
  expect(matches(pattern, eventOf('DeploymentPromoted', 'checkout'))).toBe(false);
});

test('the rule sends GitHub JSON that starts the workflow of the example', () => {
  const targets = rule?.Properties?.Targets as readonly { readonly InputTransformer: { InputTemplate: string } }[];
  const [target] = targets;
  const sent = JSON.parse(target?.InputTransformer.InputTemplate ?? '');
  const workflow = readFileSync(new URL('../../examples/adopt/write-back/write-back.yml', import.meta.url), 'utf8');
  expect(workflow).toContain(`types: [${sent.event_type}]`);
});
