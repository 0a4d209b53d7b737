/** Picks the snippet for the tool by which a function was found. */
import type { Adoption } from '../adoption.ts';
import type { Snippet } from '../snippet.ts';
import { awsSnippet } from './aws.ts';
import { cdkSnippet } from './cdk.ts';
import { samSnippet, templateSnippet } from './sam.ts';
import { serverlessSnippet } from './serverless.ts';
import { terraformSnippet } from './terraform.ts';

/** Returns null when nothing is missing. */
export function snippetFor(adoption: Adoption): Snippet | null {
  switch (adoption.found.tool) {
    case 'serverless':
      return serverlessSnippet(adoption);
    case 'sam':
      return samSnippet(adoption);
    case 'cloudformation':
      return templateSnippet(adoption);
    case 'cdk':
      return cdkSnippet(adoption);
    case 'terraform':
      return terraformSnippet(adoption);
    case 'aws':
      return awsSnippet(adoption);
  }
}
