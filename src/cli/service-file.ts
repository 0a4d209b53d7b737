/** Reads a slipway.yml. What is wrong with it is said with the place in the file's own terms. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readServiceSpec } from '../api/service-spec.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { ServiceSpec } from '../domain/service-spec.ts';

export function readServiceFile(path: string): ServiceSpec {
  const read = readServiceSpec(parsed(path));
  if (read.ok) return read.spec;
  const problems = read.errors.map(({ pointer, detail }) => `  ${pointer === '' ? '/' : pointer}  ${detail}`);
  throw new SlipwayError(
    'InvalidRequest',
    [`${path} is not a service that can be registered:`, ...problems].join('\n'),
  );
}

function parsed(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SlipwayError('InvalidRequest', `${path} cannot be read as YAML: ${why}`, { cause });
  }
}
