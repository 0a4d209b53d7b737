/** Reads a slipway.yml. An error names the line and the column of each mistake. */
import { readFileSync } from 'node:fs';
import { visibleText } from '../../api/fields/visible-text.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { lintText } from '../lint/lint-text.ts';

export function readServiceFile(path: string): ServiceSpec {
  const { problems, spec } = lintText(textOf(path));
  if (spec !== null) return spec;
  const lines = problems.map(({ line, column, message }) => `  ${path}:${line}:${column}  ${visibleText(message)}`);
  const isYaml = problems.every(({ rule }) => rule !== 'yaml');
  const fact = isYaml ? 'is not a service that can be registered' : 'cannot be read as YAML';
  throw new SlipwayError('InvalidRequest', [`${path} ${fact}:`, ...lines].join('\n'));
}

/** The path `-` is standard input. Throws InvalidRequest, which says why a file cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
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
