/** Finds what is wrong with the text of a slipway.yml: as YAML, as a service, and what is allowed and probably not meant. */
import { pathOf } from '../../api/fields/pointer.ts';
import { findFields } from '../../api/fields/read-fields.ts';
import { ServiceSpecSchema } from '../../api/spec/service-spec.ts';
import { specWarnings } from '../../domain/preflight/spec-warnings.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import type { LintProblem } from './lint-problem.ts';
import { type YamlDocument, yamlDocument } from './yaml-document.ts';

export type Linted = {
  readonly document: YamlDocument;
  /** In the order of the file. */
  readonly problems: readonly LintProblem[];
  /** Null when a problem is an error. */
  readonly spec: ServiceSpec | null;
};

export function lintText(text: string): Linted {
  const document = yamlDocument(text);
  if (document.mistakes.length > 0) return { document, problems: document.mistakes, spec: null };
  const read = findFields(ServiceSpecSchema, document.value);
  if (!read.ok) {
    const problems = read.problems.map(({ pointer, detail, what }) => ({
      severity: 'error' as const,
      rule: RULES[what],
      ...document.placeOf(pointer, what),
      message: what === 'missing' ? named(pointer, detail) : detail,
    }));
    return { document, problems: inOrder(problems), spec: null };
  }
  const warnings = specWarnings(read.value).map(({ check, pointer, detail }) => ({
    severity: 'warning' as const,
    rule: check,
    ...document.placeOf(pointer, 'value'),
    message: detail,
  }));
  return { document, problems: inOrder(warnings), spec: read.value };
}

const RULES = { field: 'unknownField', value: 'wrongValue', missing: 'missingField' } as const;

/** The place is that of the object in which the field is missing, so the sentence has to name the field. */
function named(pointer: string, detail: string): string {
  return detail.replace(/^This field /, `The field "${pathOf(pointer).at(-1)}" `);
}

function inOrder(problems: readonly LintProblem[]): LintProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
