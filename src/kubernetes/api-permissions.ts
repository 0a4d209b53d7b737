/**
 * Finds what Slipway may not do in a namespace. It asks with SelfSubjectAccessReviews, as `kubectl auth can-i` does.
 * The rules that `can-i --list` prints are not complete when another authorizer than RBAC also decides.
 */
import * as z from 'zod/mini';
import { SlipwayError } from '../domain/errors.ts';
import type { Permission } from '../domain/workload/cluster-call.ts';
import type { Api } from './api-call.ts';
import { jsonOf } from './kubectl-objects.ts';

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const Review = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });

export async function deniedPermissions(
  api: Api,
  { namespace, asked }: { readonly namespace: string; readonly asked: readonly Permission[] },
): Promise<readonly Permission[]> {
  const what = `ask what Slipway may do in namespace ${namespace}`;
  const allowed = await Promise.all(
    asked.map(async (permission) => {
      const body = JSON.stringify(reviewOf(permission, namespace));
      const answer = Review.safeParse(
        jsonOf((await api({ method: 'POST', path: PATH, body, what, reads: true })) ?? ''),
      );
      if (answer.success) return answer.data.status.allowed;
      const fact = `Could not ${what}: the answer of the API server is not a review.`;
      throw new SlipwayError('Broken', `${fact} Run kubectl auth can-i --list by hand to see more.`);
    }),
  );
  return asked.filter((_, index) => allowed[index] !== true);
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
