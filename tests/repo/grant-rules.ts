/**
 * Checks that the calls of some code and the permissions of its role are the same. No call is refused, and no
 * permission is left over.
 */
import { type Need, needsOf, unknownUses } from './aws-actions.ts';
import { actionsOf, statementsOf } from './grants.ts';
import type { Packaged, PackagedResource } from './packaged-template.ts';
import { pipelineNeeds } from './pipeline-needs.ts';
import { projectNeeds } from './project-needs.ts';
import type { Reached } from './reached-code.ts';
import { madeFrom, resourcesOf, valuesAt } from './template-values.ts';
import { clusterNeeds, databaseNeeds, functionWiring, machineWiring, storedCodeNeeds } from './wired-actions.ts';

/** A part of the stack that acts under its own role. */
export interface Holder {
  readonly id: string;
  readonly role: string;
  readonly needs: readonly Need[];
}

/** A difference that is intended, with the reason. */
export interface Excuse {
  /** Matches the ids of the holders. */
  readonly of: RegExp;
  readonly actions: readonly string[];
  readonly because: string;
}

export function grantProblems(
  template: Packaged,
  { holders, excuses }: { holders: readonly Holder[]; excuses: readonly Excuse[] },
) {
  // Ignores excuses for holders that this stack does not have.
  const ofTheStack = excuses.filter(({ of }) => holders.some(({ id }) => of.test(id)));
  const unused = new Set(ofTheStack.flatMap((excuse) => excuse.actions.map((action) => `${excuse.of} ${action}`)));
  const isExcused = ({ id }: Holder, action: string) => {
    const found = excuses.filter(({ of, actions }) => of.test(id) && actions.includes(action));
    for (const { of } of found) unused.delete(`${of} ${action}`);
    return found.length > 0;
  };
  const statements = statementsOf(template);
  const problems = holders.flatMap((holder) => {
    const { id, role, needs } = holder;
    const granted = new Set(
      statements.filter((one) => one.role === role).flatMap(({ statement }) => actionsOf(statement)),
    );
    const needed = new Map(needs.map((need) => [need.action, need.for]));
    const missing = [...needed].filter(([action]) => !granted.has(action) && !isExcused(holder, action));
    const left = [...granted].filter((action) => !needed.has(action) && !isExcused(holder, action));
    return [
      ...missing.map(([action, from]) => `${id} needs ${action} for ${from}, and ${role} does not grant it. Grant it.`),
      ...left.map((action) => `${id} may ${action}, and nothing that it runs calls it. Take it out of ${role}.`),
    ];
  });
  return [...problems, ...[...unused].map((excuse) => `The excuse ${excuse} excuses nothing. Delete it.`)];
}

/** The calls of each role's holder must be known. `unheld` lists the roles without a holder, with the reason. */
export function rolesHaveHolders(
  template: Packaged,
  { holders, unheld }: { holders: readonly Holder[]; unheld: Readonly<Record<string, string>> },
): string[] {
  const held = new Set(holders.map(({ role }) => role));
  const roles = resourcesOf(template, 'AWS::IAM::Role').map(([id]) => id);
  return [
    ...roles
      .filter((id) => !held.has(id) && !(id in unheld))
      .map(
        (id) => `${id}: nobody knows what is done under this role. Say it in tests/repo/grant-rules.ts, or delete it.`,
      ),
    ...Object.keys(unheld)
      .filter((id) => held.has(id) || !roles.includes(id))
      .map((id) => `${id} is said to be nobody's role, and is not. Delete it from that list.`),
  ];
}

export function usesAreKnown(functions: readonly FunctionCode[]): string[] {
  return [...new Set(functions.flatMap(({ reached }) => unknownUses(reached.aws)))];
}

/** A function of the template, and what its code reaches. */
export interface FunctionCode {
  readonly id: string;
  readonly resource: PackagedResource;
  readonly reached: Reached;
}

export function functionsOf(template: Packaged, reach: (entry: string) => Reached): FunctionCode[] {
  return resourcesOf(template, 'AWS::Lambda::Function').map(([id, resource]) => {
    const [handler = ''] = valuesAt(resource, 'Properties', 'Handler').map(String);
    return { id, resource, reached: reach(handler.replace(/\.\w+$/, '.ts')) };
  });
}

export function holdersOf(template: Packaged, functions: readonly FunctionCode[]): Holder[] {
  const roleOf = (resource: PackagedResource, property: string) =>
    madeFrom(valuesAt(resource, 'Properties', property)).at(0) ?? 'no role of this template';
  return [
    ...functions.map(({ id, resource, reached }) => ({
      id,
      role: roleOf(resource, 'Role'),
      needs: [
        ...needsOf(reached.aws),
        ...functionWiring(id, template),
        ...databaseNeeds({ resource, reached }),
        ...clusterNeeds(reached),
        ...storedCodeNeeds(reached),
      ],
    })),
    ...resourcesOf(template, 'AWS::StepFunctions::StateMachine').map(([id, resource]) => ({
      id,
      role: roleOf(resource, 'RoleArn'),
      needs: machineWiring(id, template),
    })),
    ...resourcesOf(template, 'AWS::CodeBuild::Project').map(([id, resource]) => ({
      id,
      role: roleOf(resource, 'ServiceRole'),
      needs: projectNeeds(id, template),
    })),
    ...resourcesOf(template, 'AWS::CodePipeline::Pipeline').map(([id, resource]) => ({
      id,
      role: roleOf(resource, 'RoleArn'),
      needs: pipelineNeeds(resource),
    })),
  ];
}
