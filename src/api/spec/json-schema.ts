/** The JSON Schema of slipway.yml, published for editors and other tools. */
import * as z from 'zod/mini';
import { ServiceSpecSchema } from './service-spec.ts';

export function serviceSpecJsonSchema(): string {
  const schema = z.toJSONSchema(ServiceSpecSchema, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
