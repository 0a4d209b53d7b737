/** Findings of a check or a dry run for a person. */
import { styleText } from 'node:util';
import type { AnswerOf } from '../../api/answers.ts';
import type { Step } from '../../domain/service/strategy.ts';
import { stepInWords } from '../../domain/service/strategy.ts';
import { wrapped } from './wrapped.ts';

type Findings = AnswerOf<'checkService'>['findings'];
type DryRun = Extract<AnswerOf<'startDeployment'>, { findings: unknown }>;

export function hasErrors(findings: Findings | undefined): boolean {
  return (findings ?? []).some(({ severity }) => severity === 'error');
}

export function findingLines(findings: Findings, { width }: { readonly width: number }): string[] {
  return findings.flatMap(({ severity, subject, detail }) => [
    `${styleText(severity === 'error' ? 'red' : 'yellow', severity)}  ${subject}`,
    ...wrapped({ sentence: detail, bullet: '  ', width }),
  ]);
}

export function dryRunLines(dryRun: Partial<DryRun>, { width }: { readonly width: number }): string[] {
  const { findings = [], steps = [], because } = dryRun;
  const found = findingLines(findings, { width });
  if (because !== undefined) return [...wrapped({ sentence: because, width }), ...found];
  const verdict = hasErrors(findings)
    ? 'It would be refused:'
    : 'It would be deployed in these steps. Nothing was started.';
  const words = hasErrors(findings) ? [] : steps.map((step, index) => `  ${index + 1}  ${stepWords(step as Step)}`);
  const last = hasErrors(findings) ? [] : [`  ${steps.length + 1}  promote`];
  return [...wrapped({ sentence: verdict, width }), ...words, ...last, ...found];
}

function stepWords(step: Step): string {
  if (!('bake' in step)) return stepInWords(step);
  const [[unit, count] = ['', '']] = Object.entries(step.bake);
  return `bake ${count} ${unit}`;
}
