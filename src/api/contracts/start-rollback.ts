import * as z from 'zod/mini';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { says } from '../fields/messages.ts';
import { Reason, ServiceName } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { accepted } from '../views/present.ts';

const toError = says(
  (value) => `The goal is ${value}; write a deployment's id, or a version such as "41", by its number or its ARN.`,
);
const GOAL = /^([A-Za-z0-9-]{1,80}|\$LATEST|arn:[^\s]{1,300})$/;

export const startRollbackContract = {
  name: 'startRollback',
  method: 'POST',
  path: '/rollback',
  summary: 'Put a service back on the version before, or on an earlier one; ends a rollout in flight',
  needs: 'deployer',
  about: 'service',
  body: z.strictObject({
    service: ServiceName,
    to: z.optional(
      z
        .pipe(
          z.union(
            [z.string(toError).check(z.regex(GOAL, toError)), z.int(toError).check(z.minimum(1, toError))],
            toError,
          ),
          z.transform(String),
        )
        .check(z.describe('A deployment or a version. Left out: the version before.')),
    ),
    reason: Reason,
  }),
  isRetreat: true,
  respond: (deployment: Deployment) => accepted(deployment),
} as const satisfies Contract;
