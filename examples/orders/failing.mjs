// A bad new version: one order in three is in a state that its table does not know.
import { setTimeout as wait } from 'node:timers/promises';

const DAYS_LEFT = { packed: 2, delivered: 0 };
const STATES = ['packed', 'on its way', 'delivered'];

export const handler = async ({ order = Math.floor(Math.random() * STATES.length) } = {}) => {
  await wait(2 + Math.random() * 4);
  const state = STATES[order % STATES.length];
  const daysLeft = DAYS_LEFT[state].toString();
  return { statusCode: 200, body: JSON.stringify({ order, state, daysLeft }) };
};
