/** The authorizer of the API server: the same one that API Gateway calls, but in this process. */
import { configuredAccess } from '../../functions/configured-access.ts';
import { type RequestAuthorizer, requestAuthorizer } from '../../functions/request-authorizer.ts';

export function serverAuthorizer(): RequestAuthorizer {
  return requestAuthorizer(configuredAccess());
}
