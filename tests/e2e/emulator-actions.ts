/**
 * For some calls of Lambda the emulator asks a caller's role for other actions than AWS does. Then the roles of the
 * stack get these actions too, on the same resources and under the same conditions. Everything else in the roles stays
 * as deployed.
 */
import {
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  paginateListRolePolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { Account } from './account.ts';
import { makeRole } from './probe-machines.ts';
import { nameOf } from './slipway-stack.ts';
import type { Target } from './target.ts';

/**
 * The action that AWS asks for, and what MiniStack asks for instead: another action, or the same action on all
 * resources.
 */
const ASKED_FOR: Readonly<Record<string, { readonly action?: string; readonly resource?: string }>> = {
  'lambda:GetAlias': { action: 'lambda:ListAliases' },
  'lambda:UpdateAlias': { action: 'lambda:ListAliases' },
  'lambda:GetProvisionedConcurrencyConfig': { action: 'lambda:GetFunction' },
  'sns:Publish': { action: 'sns:PublishBatch' },
  // MiniStack does not see from a token which machine waits for it.
  'states:SendTaskSuccess': { resource: '*' },
};

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}
interface Policy {
  readonly Statement: readonly Statement[];
}

/** Resolves with the number of changed roles. Call it after each deployment, which restores its own policies. */
export async function allowEmulatorActions({ iam: client }: Account): Promise<number> {
  let changed = 0;
  for await (const { Roles = [] } of paginateListRoles({ client }, {})) {
    for (const { RoleName = '' } of Roles.filter((role) => role.RoleName?.startsWith(nameOf('')))) {
      for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName })) {
        for (const PolicyName of PolicyNames) changed += await translate(client, { RoleName, PolicyName });
      }
    }
  }
  return changed;
}

async function translate(
  iam: Account['iam'],
  which: { readonly RoleName: string; readonly PolicyName: string },
): Promise<number> {
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(which));
  const policy = JSON.parse(decodeURIComponent(PolicyDocument)) as Policy;
  const wider = { ...policy, Statement: policy.Statement.flatMap(widened) };
  if (JSON.stringify(wider) === JSON.stringify(policy)) return 0;
  await iam.send(new PutRolePolicyCommand({ ...which, PolicyDocument: JSON.stringify(wider) }));
  return 1;
}

function widened(statement: Statement): Statement[] {
  const more = [statement.Action].flat().flatMap((action) => {
    const asked = ASKED_FOR[action];
    return asked === undefined
      ? []
      : [{ ...statement, Action: asked.action ?? action, Resource: asked.resource ?? statement.Resource }];
  });
  return [statement, ...more];
}

/** True when a role with the actions that AWS asks for may read an alias. */
export async function mayReadAlias(account: Account, { name, alias }: Target): Promise<boolean> {
  const role = await makeRole(account, { name: 'probe-reader', actions: ['lambda:GetAlias'] });
  const { Credentials } = await account.sts.send(
    new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'probe' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const reader = new LambdaClient({ credentials });
  try {
    await reader.send(new GetAliasCommand({ FunctionName: name, Name: alias }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return false;
    throw error;
  } finally {
    reader.destroy();
    await role.remove();
  }
}
