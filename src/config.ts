/**
 * The only reader of the environment. A value is looked up when it is first asked for, so that each function needs
 * only its own; one that is missing or wrong is Broken, by its name.
 */
import { SlipwayError } from './domain/errors.ts';

export const config = {
  /** `postgres://...` */
  get DATABASE_URL() {
    return required('DATABASE_URL');
  },
  get ROLLOUT_MACHINE_ARN() {
    return required('ROLLOUT_MACHINE_ARN');
  },
  get ROLLBACK_MACHINE_ARN() {
    return required('ROLLBACK_MACHINE_ARN');
  },
  get NOTICES_TOPIC_ARN() {
    return required('NOTICES_TOPIC_ARN');
  },
  get EVENT_BUS_NAME() {
    return required('EVENT_BUS_NAME');
  },
  get STAGE() {
    return optional('STAGE') ?? 'dev';
  },
  get PORT() {
    const text = optional('PORT') ?? '4000';
    const port = Number(text);
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
    throw new SlipwayError('Broken', `PORT is ${JSON.stringify(text)}. Set it to a whole number from 0 to 65535.`);
  },
  /** Origins whose pages may call the API, with commas between; none by default. */
  get CORS_ORIGINS(): readonly string[] {
    return (optional('CORS_ORIGINS') ?? '')
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== '');
  },
};

function required(name: string): string {
  const value = optional(name);
  if (value !== undefined) return value;
  throw new SlipwayError('Broken', `The environment variable ${name} is not set. Set it, and start again.`);
}

function optional(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}
