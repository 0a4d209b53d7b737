import { readServiceContract } from '../../api/contracts/read-service.ts';
import { readService } from '../../operations/reading/read-service.ts';
import { serviceStore } from '../../store/service-store.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  services: serviceStore(database),
};

export const handler = httpRoute(readServiceContract, { ports, operation: readService });
