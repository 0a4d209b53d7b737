import { readHealthContract } from '../../api/contracts/read-health.ts';
import { readHealth } from '../../operations/reading/read-health.ts';
import { httpRoute } from '../http-route.ts';

export const handler = httpRoute(readHealthContract, { ports: {}, operation: readHealth });
