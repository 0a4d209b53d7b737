import { readServiceContract } from '../../api/contracts/read-service.ts';
import { config } from '../../config.ts';
import { readService } from '../../operations/read-service.ts';
import { openDatabase } from '../../store/postgres.ts';
import { serviceStore } from '../../store/service-store.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  services: serviceStore(database),
};

export const handler = httpRoute(readServiceContract, { ports, operation: readService });
