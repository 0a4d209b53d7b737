export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: Resource | readonly Resource[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An ARN, or the expression from which CloudFormation makes one. */
export type Resource =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': string | readonly string[] }
  | { readonly 'Fn::Sub': string | readonly [string, Readonly<Record<string, Resource>>] };

export interface StatementAt {
  readonly role: string;
  readonly statement: Statement;
}

/** Actions that AWS does not let anyone restrict to a resource, each with the reason. */
export type AllowedEverywhere = Readonly<Record<string, string>>;

/**
 * `ofAKind` lists actions that are allowed on all resources of one kind in the account, for example all functions, each
 * with the reason.
 */
export function problemsOf(
  { role, statement }: StatementAt,
  { allowed, ofAKind = {} }: { readonly allowed: AllowedEverywhere; readonly ofAKind?: AllowedEverywhere },
): string[] {
  const actions = [statement.Action].flat();
  const stars = actions.filter((action) => action.includes('*'));
  if (stars.length > 0) return [`${role}: ${stars.join()} is more than anybody knows. Name the actions.`];
  return [statement.Resource].flat().flatMap((resource) => {
    const arn = written(resource as Resource);
    if (arn === '*') {
      const unheard = actions.filter((action) => !(action in allowed));
      return unheard.length === 0
        ? []
        : [`${role}: ${unheard.join()} on everything. Name the resource, or the reason.`];
    }
    if (!/^arn(:[^:\s[\]]*){5}/.test(arn) || /[\s[\]]/.test(arn)) return [`${role}: ${arn} is no ARN. Correct it.`];
    return isWide(arn) && !isNarrowed(statement) && actions.some((action) => !(action in ofAKind))
      ? [`${role}: ${actions.join()} on all of ${arn}. Name the resource, or narrow it by a tag.`]
      : [];
  });
}

/**
 * The ARN as far as it is known before the deployment. A value that another resource gives is kept as an expression.
 */
function written(resource: Resource): string {
  if (typeof resource === 'string') return resource;
  if ('Ref' in resource) return given(resource.Ref);
  if ('Fn::GetAtt' in resource) return given([resource['Fn::GetAtt']].flat().join('.'));
  const [text, values] = [resource['Fn::Sub']].flat() as [string, Record<string, Resource>?];
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const value = values?.[name];
    if (value !== undefined) return written(value);
    return name.startsWith('AWS::') ? name.slice('AWS::'.length) : given(name);
  });
}

function given(name: string): string {
  return `arn:Partition:given:Region:AccountId:${name}`;
}

/** True for a star in place of the account, the region or the name. A star behind a name is allowed. */
function isWide(arn: string): boolean {
  const [, , service, region = '', account = '', ...rest] = arn.split(':');
  const name = rest.join(':');
  if (region.includes('*') || account.includes('*')) return true;
  return service === 's3' ? /^[^/]*\*/.test(name) : /^([\w-]+[:/])?\*/.test(name);
}

/** True when a tag or the subnet of the resource restricts the statement. */
function isNarrowed({ Condition = {} }: Statement): boolean {
  const keys = Object.values(Condition).flatMap((tests) => Object.keys(tests));
  return keys.some((key) => key.startsWith('aws:ResourceTag/') || key === 'ec2:Subnet');
}
