/** Reads a slipway.yml. An error names the place in the terms of the file. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readServiceSpec } from '../../api/spec/service-spec.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';

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
  const text = textOf(path);
  try {
    return parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SlipwayError('InvalidRequest', `${path} cannot be read as YAML: ${why}`, { cause });
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const fact = FACTS[code ?? ''] ?? `cannot be read: ${message}. Check the path.`;
    throw new SlipwayError('InvalidRequest', `${path} ${fact}`, { cause });
  }
}

const FACTS: Readonly<Record<string, string>> = {
  ENOENT: 'cannot be read, because there is no such file. Correct the path.',
  EISDIR: 'cannot be read, because it is a folder. Name the file in it, slipway.yml.',
  EACCES: 'cannot be read, because this user may not. Change its permissions.',
};
