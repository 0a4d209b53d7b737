/** The version of this command line, from its package. */
import { readFileSync } from 'node:fs';

export function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}
