/** Reads grants in JSON, from a token or from the authorizer's answer. */
import * as z from 'zod/mini';
import { type Grant, ROLES } from '../domain/access/grant.ts';

const ServiceNames = z
  .array(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}$/)))
  .check(z.minLength(1), z.maxLength(200));

export const RoleSchema = z.enum(ROLES);
export const ServicesSchema = z.union([z.literal('*'), ServiceNames]);
const GrantsSchema = z.array(z.strictObject({ role: RoleSchema, services: ServicesSchema })).check(z.maxLength(50));

export function readGrants(value: unknown): readonly Grant[] | null {
  const read = z.safeParse(GrantsSchema, value);
  return read.success ? read.data : null;
}
