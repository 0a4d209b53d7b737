import { configuredAccess } from '../configured-access.ts';
import { requestAuthorizer } from '../request-authorizer.ts';

export const handler = requestAuthorizer(configuredAccess());
