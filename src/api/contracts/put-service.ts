import * as z from 'zod/mini';
import type { RegisteredService } from '../../domain/preflight/registered-service.ts';
import { ServiceName, ServiceNamed } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { ServiceSpecSchema } from '../spec/service-spec.ts';
import { presentService } from '../views/present.ts';

export const putServiceContract = {
  name: 'putService',
  method: 'PUT',
  path: '/services/{name}',
  summary: 'Register a service, or change it: the content of slipway.yml as JSON',
  needs: 'admin',
  about: 'name',
  params: ServiceNamed,
  query: z.strictObject({
    takeFrom: z.optional(
      z.pipe(
        ServiceName,
        z
          .string()
          .check(z.describe('The service that has the target now. It is removed; an admin of both may do this.')),
      ),
    ),
  }),
  body: ServiceSpecSchema,
  bodyAs: 'spec',
  problems: ({ name, spec }: { name: string; spec: { name: string } }) =>
    name === spec.name
      ? []
      : [
          {
            pointer: '/name',
            detail: `The name is "${spec.name}" in the body and "${name}" in the path. Make them the same.`,
          },
        ],
  respond: ({ findings, ...service }: RegisteredService) => {
    const body = { ...presentService(service), ...(findings.length === 0 ? {} : { findings }) };
    return service.revision === 1
      ? { status: 201, headers: { location: `/services/${service.name}` }, body }
      : { status: 200, body };
  },
} as const satisfies Contract;
