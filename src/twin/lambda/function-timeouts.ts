/** How long each function of serverless.yml may run. The rehearsal ends it after that time, as Lambda does. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod/mini';

export interface FunctionTimeouts {
  /** In milliseconds. A function that serverless.yml does not name has the provider's timeout. */
  of(functionKey: string): number;
}

const Timeout = z.object({ timeout: z.optional(z.number()) });
const Document = z.object({
  provider: z.object({ timeout: z.number() }),
  functions: z.record(z.string(), Timeout),
});

export function timeoutsFromServerless(path: string): FunctionTimeouts {
  const { provider, functions } = Document.parse(parse(readFileSync(path, 'utf8'), { customTags: TAGS, merge: true }));
  return { of: (functionKey) => (functions[functionKey]?.timeout ?? provider.timeout) * 1_000 };
}

const TAGS = ['!Ref', '!GetAtt', '!Sub'].map((tag) => ({ tag, resolve: (text: string) => text }));
