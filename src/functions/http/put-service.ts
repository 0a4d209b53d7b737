import { putServiceContract } from '../../api/contracts/put-service.ts';
import { config } from '../../config.ts';
import { putService } from '../../operations/put-service.ts';
import { openDatabase } from '../../store/postgres.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  services: serviceStore(database),
  clock: systemClock,
};

export const handler = httpRoute(putServiceContract, { ports, operation: putService });
