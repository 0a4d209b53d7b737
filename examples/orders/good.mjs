// The version that is live: looks an order up and says where it is.
import { setTimeout as wait } from 'node:timers/promises';

const STATES = ['packed', 'on its way', 'delivered'];

export const handler = async ({ order = 0 } = {}) => {
  // As long as a look into the database might take.
  await wait(2 + Math.random() * 4);
  return { statusCode: 200, body: JSON.stringify({ order, state: STATES[order % STATES.length] }) };
};
