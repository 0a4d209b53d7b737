/** Says what a role of the template may do, by its own policies and by the policies that name it. */
import type { Packaged } from './packaged-template.ts';
import type { Statement, StatementAt } from './permission-rules.ts';
import { isObject, madeFrom, possibleValues, resourcesOf, valuesAt } from './template-values.ts';

/** Returns every statement that allows something, for every role, also the statements under a condition. */
export function statementsOf(template: Packaged): StatementAt[] {
  const roles = resourcesOf(template, 'AWS::IAM::Role').flatMap(([role, resource]) =>
    valuesAt(resource, 'Properties', 'Policies', 'PolicyDocument', 'Statement').map((statement) => ({
      role,
      statement,
    })),
  );
  const policies = resourcesOf(template, /^AWS::IAM::(Policy|RolePolicy|ManagedPolicy)$/).flatMap(([id, resource]) => {
    const holders = madeFrom([
      ...valuesAt(resource, 'Properties', 'Roles'),
      ...valuesAt(resource, 'Properties', 'RoleName'),
    ]);
    const statements = valuesAt(resource, 'Properties', 'PolicyDocument', 'Statement');
    return (holders.length === 0 ? [id] : holders).flatMap((role) =>
      statements.map((statement) => ({ role, statement })),
    );
  });
  return [...roles, ...policies].filter(isAllowing) as StatementAt[];
}

function isAllowing({ statement }: { readonly statement: unknown }): boolean {
  return isObject(statement) && statement.Effect !== 'Deny';
}

export function actionsOf({ Action }: Statement): string[] {
  return possibleValues(Action).map(String);
}

/** A policy that AWS maintains can change at any time, and allows more than one function needs. */
export function noPoliciesOfAws(template: Packaged): string[] {
  return resourcesOf(template, 'AWS::IAM::Role').flatMap(([id, resource]) =>
    valuesAt(resource, 'Properties', 'ManagedPolicyArns').map(
      (arn) => `${id} has the policy ${JSON.stringify(arn)}, which others keep. Write its statements out.`,
    ),
  );
}
