import { putServiceContract } from '../../api/contracts/put-service.ts';
import { putService } from '../../operations/services/put-service.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  services: serviceStore(database),
  clock: systemClock,
};

export const handler = httpRoute(putServiceContract, { ports, operation: putService });
