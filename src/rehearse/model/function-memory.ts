/** The memory of each function in serverless.yml, in GB: Lambda charges for the memory times the seconds. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, type ScalarTag } from 'yaml';

const SERVERLESS = fileURLToPath(new URL('../../../serverless.yml', import.meta.url));
const TAGS: ScalarTag[] = ['!Ref', '!GetAtt', '!Sub'].map((tag) => ({ tag, resolve: (text: string) => text }));

interface Sized {
  readonly memorySize?: number;
}
interface Serverless {
  readonly provider: { readonly memorySize: number };
  readonly functions: Readonly<Record<string, Sized>>;
}

let read: Serverless | undefined;

export function functionGb(functionKey: string): number {
  read ??= parse(readFileSync(SERVERLESS, 'utf8'), { customTags: TAGS, merge: true }) as Serverless;
  return (read.functions[functionKey]?.memorySize ?? read.provider.memorySize) / 1_024;
}
