import * as z from 'zod/mini';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { Page } from '../../domain/deployment/page.ts';
import { STATUS_FILTERS } from '../../domain/deployment/status-filter.ts';
import { listed, says } from '../fields/messages.ts';
import { ServiceName } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { presentDeployment } from '../views/present.ts';

const limitError = says((value) => `The limit is ${value}; a limit is a whole number from 1 to 100.`);

export const listDeploymentsContract = {
  name: 'listDeployments',
  method: 'GET',
  path: '/deployments',
  summary: 'List deployments, newest first',
  needs: 'viewer',
  about: 'service',
  query: z.strictObject({
    service: z.optional(ServiceName),
    status: z.optional(
      z
        .array(
          z.enum(
            STATUS_FILTERS,
            says((value) => `The status is ${value}; write ${listed(STATUS_FILTERS)}.`),
          ),
        )
        .check(
          z.maxLength(20),
          z.describe('May come several times. `inFlight` means every status of a deployment that has not ended.'),
        ),
    ),
    cursor: z.optional(
      z.string().check(z.minLength(1), z.maxLength(500), z.describe('The nextCursor of the page before.')),
    ),
    limit: z._default(
      z.coerce.number(limitError).check(z.int(limitError), z.minimum(1, limitError), z.maximum(100, limitError)),
      20,
    ),
  }),
  lists: ['status'],
  respond: ({ items, nextCursor }: Page<Deployment>) => ({
    status: 200,
    body: { items: items.map(presentDeployment), nextCursor },
  }),
} as const satisfies Contract;
