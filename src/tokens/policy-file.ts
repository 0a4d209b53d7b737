/** Reads the access policy from its file and checks all of it. An invalid policy is refused as a whole. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { type AccessPolicy, patternProblem } from '../domain/access/access-policy.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { Policies } from '../ports/policies.ts';
import { RoleSchema, ServicesSchema } from './grants.ts';

const Pattern = z.string().check(
  z.minLength(1),
  z.check(({ value, issues }) => {
    const problem = patternProblem(value);
    if (problem !== null) issues.push({ code: 'custom', input: value, message: problem });
  }),
);
const Claims = z
  .record(z.string(), z.union([Pattern, z.array(Pattern).check(z.minLength(1))]))
  .check(
    z.refine((claims) => Object.keys(claims).length > 0, 'A statement without claims lets in everybody. Name one.'),
  );
const PolicySchema = z.strictObject({
  statements: z.array(
    z.strictObject({
      issuer: z.string().check(z.startsWith('https://')),
      claims: Claims,
      role: RoleSchema,
      services: ServicesSchema,
    }),
  ),
});

export function policyFile(path: string): Policies {
  let policy: Promise<AccessPolicy> | undefined;
  return {
    read() {
      policy ??= readPolicy(path);
      return policy;
    },
  };
}

export async function readPolicy(path: string): Promise<AccessPolicy> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw broken(path, { why: 'it cannot be read', cause });
  });
  return parsePolicy(path, text);
}

function parsePolicy(path: string, text: string): AccessPolicy {
  const read = z.safeParse(PolicySchema, parsed(path, text));
  if (read.success) return { statements: read.data.statements };
  const [issue] = read.error.issues;
  throw broken(path, { why: `${issue?.path.join('/') || 'the whole'}: ${deepest(issue)}` });
}

/** For a union, returns the message of the alternative that explains most. */
function deepest(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'it is no policy';
  if (issue.code === 'unrecognized_keys') return `there is no field ${issue.keys.join(', ')}`;
  const inner = issue.code === 'invalid_union' ? issue.errors.flat().find(({ code }) => code === 'custom') : undefined;
  return inner?.message ?? issue.message ?? issue.code;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw broken(path, { why: 'it is no JSON', cause });
  }
}

function broken(path: string, { why, cause }: { readonly why: string; readonly cause?: unknown }): SlipwayError {
  return new SlipwayError(
    'Broken',
    `The access policy ${path} is not one: ${why}. Until it is, nobody may do anything.`,
    {
      cause,
    },
  );
}
