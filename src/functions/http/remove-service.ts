import { removeServiceContract } from '../../api/contracts/remove-service.ts';
import { removeService } from '../../operations/services/remove-service.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  services: serviceStore(database),
  clock: systemClock,
};

export const handler = httpRoute(removeServiceContract, { ports, operation: removeService });
