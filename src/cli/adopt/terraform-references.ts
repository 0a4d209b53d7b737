/**
 * Reads the resources of `terraform show -json`, from a state or a plan. A value that a plan does not know yet becomes
 * `${address}`.
 */
import { type Fields, fieldsOf, isFields, listOf, stringOf } from './intrinsic-values.ts';

export interface TerraformResource {
  /** For example `module.api.aws_lambda_function.this[0]`. */
  readonly address: string;
  readonly type: string;
  readonly values: Fields;
}

export function terraformResources(document: Fields): TerraformResource[] {
  const root = fieldsOf(fieldsOf(document.planned_values ?? document.values).root_module);
  const configuration = fieldsOf(fieldsOf(document.configuration).root_module);
  return inModule(root, { configuration, parents: [] });
}

interface Place {
  readonly configuration: Fields;
  /** The modules around this one, the outermost first. */
  readonly parents: readonly Parent[];
}

interface Parent {
  readonly configuration: Fields;
  /** For example `module.api`. */
  readonly call: string;
}

function inModule(module: Fields, place: Place): TerraformResource[] {
  const own = listOf(module.resources).map((resource) => resourceFrom(fieldsOf(resource), place));
  const children = listOf(module.child_modules).flatMap((child) => {
    const address = stringOf(fieldsOf(child).address) ?? '';
    const [call = ''] = /module\.[^.[]+(\[[^\]]*\])?$/.exec(address) ?? [];
    return inModule(fieldsOf(child), childOf(place, call));
  });
  return [...own, ...children];
}

function childOf(place: Place, call: string): Place {
  const name = call.replace(/^module\./, '').replace(/\[.*$/, '');
  const configuration = fieldsOf(fieldsOf(fieldsOf(place.configuration.module_calls)[name]).module);
  return { configuration, parents: [...place.parents, { configuration: place.configuration, call }] };
}

function resourceFrom(resource: Fields, place: Place): TerraformResource {
  const address = stringOf(resource.address) ?? '';
  const type = stringOf(resource.type) ?? '';
  const isOwn = (one: unknown) => fieldsOf(one).type === type && fieldsOf(one).name === resource.name;
  const expressions = fieldsOf(fieldsOf(listOf(place.configuration.resources).find(isOwn)).expressions);
  return { address, type, values: withReferences(fieldsOf(resource.values), { expressions, place }) };
}

/** A known value comes first: a reference to a name that Terraform knows says no more than the name. */
function withReferences(
  values: Fields,
  { expressions, place }: { readonly expressions: Fields; readonly place: Place },
): Fields {
  const unknown = Object.entries(expressions).flatMap(([key, expression]): (readonly [string, unknown])[] => {
    const value = values[key];
    if (Array.isArray(expression)) {
      const blocks = listOf(value).map((block, index) =>
        withReferences(fieldsOf(block), { expressions: fieldsOf(expression[index]), place }),
      );
      return [[key, blocks]];
    }
    const isKnown = value !== undefined && value !== null && !(isFields(value) && Object.keys(value).length === 0);
    const [reference] = listOf(fieldsOf(expression).references).filter((one) => typeof one === 'string');
    return isKnown || reference === undefined ? [] : [[key, `\${${resolved(reference, { place })}}`]];
  });
  return { ...values, ...Object.fromEntries(unknown) };
}

const DEPTH_MAX = 20;

interface Way {
  readonly place: Place;
  /** The number of variables and outputs that were followed already. */
  readonly depth?: number;
}

/** Follows a module's variables and outputs to the resource behind them. */
function resolved(reference: string, { place, depth = 0 }: Way): string {
  const [kind = '', name = '', output = ''] = reference.split('.');
  const parent = place.parents.at(-1);
  const above = place.parents.slice(0, -1);
  if (depth < DEPTH_MAX && kind === 'var' && parent !== undefined) {
    const call = fieldsOf(fieldsOf(parent.configuration.module_calls)[bare(parent.call)]);
    const given = firstReference(fieldsOf(call.expressions)[name]);
    const outer = { configuration: parent.configuration, parents: above };
    return given === null ? reference : resolved(given, { place: outer, depth: depth + 1 });
  }
  if (depth < DEPTH_MAX && kind === 'module') {
    const child = childOf(place, `module.${name}`);
    const given = firstReference(fieldsOf(fieldsOf(child.configuration.outputs)[output]).expression);
    return given === null ? reference : resolved(given, { place: child, depth: depth + 1 });
  }
  return [...place.parents.map(({ call }) => call), reference].join('.');
}

function bare(call: string): string {
  return call.replace(/^module\./, '').replace(/\[.*$/, '');
}

function firstReference(expression: unknown): string | null {
  const [first] = listOf(fieldsOf(expression).references);
  return stringOf(first);
}
