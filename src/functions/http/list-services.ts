import { listServicesContract } from '../../api/contracts/list-services.ts';
import { config } from '../../config.ts';
import { listServices } from '../../operations/list-services.ts';
import { openDatabase } from '../../store/postgres.ts';
import { serviceStore } from '../../store/service-store.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  services: serviceStore(database),
};

export const handler = httpRoute(listServicesContract, { ports, operation: listServices });
