import { listServicesContract } from '../../api/contracts/list-services.ts';
import { listServices } from '../../operations/reading/list-services.ts';
import { serviceStore } from '../../store/service-store.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  services: serviceStore(database),
};

export const handler = httpRoute(listServicesContract, { ports, operation: listServices });
