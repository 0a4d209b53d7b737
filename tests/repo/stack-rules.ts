/** All proofs about the packaged template. Each rule returns a list of problems, which has to be empty. */
import { arnsAreMade, sendersAreLetIn } from './arn-rules.ts';
import { variablesAreGiven, variablesAreRead } from './environment-rules.ts';
import { functionsOf, grantProblems, holdersOf, rolesHaveHolders, usesAreKnown } from './grant-rules.ts';
import { noPoliciesOfAws } from './grants.ts';
import { newAlarmsAreSilent, noneIsKeptFromItsCreation } from './installation-rules.ts';
import {
  definitionsAreValid,
  type Machine,
  machinesCallTheirOwn,
  machinesOf,
  statesLeadSomewhere,
  tasksNameVersions,
} from './machine-rules.ts';
import type { Packaged } from './packaged-template.ts';
import type { Reached } from './reached-code.ts';
import { alarmsReachTheirTopics, conditionsResolve, namesResolve } from './reference-rules.ts';
import { tasksAreRepeated } from './retry-rules.ts';
import { GRANT_EXCUSES, OUTSIDE, READ_BY_OTHERS, UNHELD } from './stack-excuses.ts';

export type StackRule = (template: Packaged, reach: (entry: string) => Reached) => string[];

const ofEachMachine =
  (rule: (machine: Machine, template: Packaged) => string[]): StackRule =>
  (template) =>
    machinesOf(template).flatMap((machine) => rule(machine, template));

export const STACK_RULES = {
  'what is called is granted, and what is granted is called': (template, reach) => {
    const holders = holdersOf(template, functionsOf(template, reach));
    return grantProblems(template, { holders, excuses: GRANT_EXCUSES });
  },
  'every role is held by something whose calls are known': (template, reach) => {
    const holders = holdersOf(template, functionsOf(template, reach));
    return [...rolesHaveHolders(template, { holders, unheld: UNHELD }), ...noPoliciesOfAws(template)];
  },
  'every use of AWS is one whose actions are known': (template, reach) => usesAreKnown(functionsOf(template, reach)),
  'every function is given the variables that it reads': (template, reach) =>
    variablesAreGiven(functionsOf(template, reach)),
  'every variable that is given is read': (template, reach) =>
    variablesAreRead(functionsOf(template, reach), READ_BY_OTHERS),
  'every name is one that the template has': namesResolve,
  'every condition is one that the template has': conditionsResolve,
  'every alarm can tell its topic': alarmsReachTheirTopics,
  'every ARN in a policy is one that the template makes': (template) => arnsAreMade(template, OUTSIDE),
  'whatever sends something is let in where it sends it': sendersAreLetIn,
  'a creation that is rolled back leaves nothing': noneIsKeptFromItsCreation,
  'an installation sends no page': newAlarmsAreSilent,
  'every state machine is valid': ofEachMachine(definitionsAreValid),
  'every state leads somewhere': ofEachMachine(statesLeadSomewhere),
  'every task is repeated after what passes by itself': ofEachMachine(tasksAreRepeated),
  'every task names a version': ofEachMachine(tasksNameVersions),
  'a state machine may call the functions of its tasks alone': ofEachMachine(machinesCallTheirOwn),
} as const satisfies Readonly<Record<string, StackRule>>;

export type StackClaim = keyof typeof STACK_RULES;
