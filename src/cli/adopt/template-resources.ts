/** The resources of a CloudFormation template, each with its logical id. */
import { type Fields, fieldsOf, isFields } from './intrinsic-values.ts';

export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Fields;
  readonly whole: Fields;
}

export function resourcesOf(template: Fields): Resource[] {
  return Object.entries(fieldsOf(template.Resources)).flatMap(([id, whole]) => {
    if (!isFields(whole) || typeof whole.Type !== 'string') return [];
    return [{ id, Type: whole.Type, Properties: fieldsOf(whole.Properties), whole }];
  });
}
