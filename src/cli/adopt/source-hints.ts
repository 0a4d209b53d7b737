/** The command to run in a folder that has a project but not yet the output of its tool. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const HINTS: readonly (readonly [file: RegExp, sentence: string])[] = [
  [
    /^serverless\.(ya?ml|ts|js|json)$/,
    'has a Serverless project that is not packaged. Run npx serverless package, then slipway init again.',
  ],
  [/^cdk\.json$/, 'has a CDK app that is not synthesised. Run npx cdk synth, then slipway init cdk.out.'],
  [
    /\.tf$/,
    'has Terraform code. Run terraform show -json > terraform.json (of the state, or of a plan file), then slipway init terraform.json.',
  ],
  [/^kustomization\.ya?ml$/, 'has a kustomization. Run kubectl kustomize . > all.yaml, then slipway init all.yaml.'],
  [
    /^Chart\.yaml$/,
    'has a chart. Run mkdir -p rendered && helm template NAME . > rendered/all.yaml, then slipway init rendered.',
  ],
  [/^samconfig\.toml$/, 'has a SAM project whose template has another name. Name it: slipway init FILE.'],
];

const NOTHING =
  'has nothing that Slipway reads: a packaged Serverless template, a SAM template, cdk.out, terraform show -json, kustomize build or helm template. Name its file, or read what runs in AWS: slipway init --live --function NAME.';

export function sourceHint(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const found = HINTS.find(([file]) => names.some((name) => file.test(name)));
  return `${join(folder)} ${found?.[1] ?? NOTHING}`;
}
