// A bad new version: it reads the address from a field that three orders in ten do not have.
import { setTimeout as wait } from 'node:timers/promises';

const PRICE_CENTS = 1_250;
const WITHOUT_ADDRESS_SHARE = 0.3;

export const handler = async ({ order = 0, items = 1 } = {}) => {
  await wait(3 + Math.random() * 6);
  const { address } = Math.random() < WITHOUT_ADDRESS_SHARE ? {} : { address: { country: 'NL' } };
  const country = address.country;
  return { statusCode: 200, body: JSON.stringify({ order, totalCents: items * PRICE_CENTS, country, paid: true }) };
};
