/** Parses Terraform's language without Terraform, so that a test can read a resource without a provider. */
import { askPython } from './python.ts';

export type Block = Readonly<Record<string, unknown>>;

export interface Hcl {
  readonly resource?: readonly Readonly<Record<string, Readonly<Record<string, Block>>>>[];
  readonly output?: readonly Readonly<Record<string, Block>>[];
}

export function parseHcl(text: string): Promise<Hcl> {
  return askPython('parse-hcl.py', text);
}

/**
 * `resourcesOf(hcl, 'aws_lambda_alias')` returns the resources by their names. References are text such as
 * `${aws_lambda_function.api.version}`.
 */
export function resourcesOf({ resource = [] }: Hcl, type: string): Readonly<Record<string, Block>> {
  return Object.assign({}, ...resource.map((block) => block[type] ?? {}));
}
