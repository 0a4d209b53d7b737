/**
 * What Slipway may not do in a namespace. Asked by SelfSubjectAccessReviews, as `kubectl auth can-i` does, but all of them
 * in one call: the rules that `can-i --list` prints are not complete where another authorizer than RBAC decides too.
 */
import { SlipwayError } from '../domain/errors.ts';
import type { Permission } from '../ports.ts';
import type { Kubectl } from './kubectl-call.ts';
import { objectsInput } from './kubectl-objects.ts';

export async function deniedPermissions(
  kubectl: Kubectl,
  { namespace, asked }: { readonly namespace: string; readonly asked: readonly Permission[] },
): Promise<readonly Permission[]> {
  if (asked.length === 0) return [];
  const what = `ask what Slipway may do in namespace ${namespace}`;
  const output = '--output=jsonpath={.status.allowed}{"\\n"}';
  const stdout = await kubectl({
    what,
    // The reviews are ours and right; kubectl's check of them would need a permission of its own.
    args: ['create', '--validate=ignore', output, '--filename=-'],
    input: objectsInput(asked.map((permission) => reviewOf(permission, namespace))),
    reads: true,
  });
  const answers = stdout.trim().split('\n');
  if (answers.length !== asked.length) {
    const fact = `Could not ${what}: ${asked.length} questions had ${answers.length} answers.`;
    throw new SlipwayError('Broken', `${fact} Run kubectl auth can-i --list by hand to see more.`);
  }
  return asked.filter((_, index) => answers[index] !== 'true');
}

/** `deployments.apps/scale` is subresource `scale` of resource `deployments` in group `apps`. */
function reviewOf({ verb, resource: full }: Permission, namespace: string): object {
  const [, resource, group = '', subresource] = /^([^./]+)(?:\.([^/]+))?(?:\/(.+))?$/.exec(full) ?? [];
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace, verb, resource: resource ?? full, group, subresource } },
  };
}
