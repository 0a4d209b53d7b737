/** Rules for any CloudFormation template that `serverless package` makes. Each returns a list of problems. */

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}
export type Resources = Readonly<Record<string, Resource>>;

/** Returns the other resources for which a resource waits, for any reason. */
export function dependenciesOf(name: string, resources: Resources): string[] {
  const { DependsOn = [], Properties } = resources[name] as Resource;
  const named = [...[DependsOn].flat(), ...referencesIn(Properties)];
  return [...new Set(named)].filter((other) => other in resources);
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String([inner].flat()[0]).split('.')[0] ?? ''];
    if (key !== 'Fn::Sub') return referencesIn(inner);
    const [text, values] = [inner].flat() as [string, unknown?];
    return [...[...text.matchAll(/\$\{([\w]+)[^}]*\}/g)].map(([, name = '']) => name), ...referencesIn(values)];
  });
}

/** Returns one sentence for each circle of resources that wait for each other. */
export function circlesIn(resources: Resources): string[] {
  const settled = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (settled.has(name)) return;
    const start = path.indexOf(name);
    if (start >= 0) {
      circles.push(`${[...path.slice(start), name].join(' waits for ')}.`);
      return;
    }
    for (const other of dependenciesOf(name, resources)) visit(other, [...path, name]);
    settled.add(name);
  };
  for (const name of Object.keys(resources)) visit(name, []);
  return circles;
}

/** Returns the functions whose new code may come before the migrations are done. */
export function functionsAheadOf(migrations: string, resources: Resources): string[] {
  const before = new Set(allBehind(migrations, resources));
  return Object.entries(resources)
    .filter(([name, { Type }]) => Type === 'AWS::Lambda::Function' && !before.has(name))
    .filter(([name]) => !allBehind(name, resources).includes(migrations))
    .map(([name]) => `${name} does not wait for ${migrations}.`);
}

/** Returns every resource that exists before the named one. */
export function allBehind(name: string, resources: Resources, seen: Set<string> = new Set()): string[] {
  for (const other of dependenciesOf(name, resources)) {
    if (seen.has(other)) continue;
    seen.add(other);
    allBehind(other, resources, seen);
  }
  return [...seen];
}

/** Returns alarms without a receiver, and alarms with too little text. */
export function alarmProblems(
  [name, { Properties = {} }]: readonly [string, Resource],
  { stem, topic }: { stem: string; topic: string },
): string[] {
  const { AlarmName, AlarmDescription, AlarmActions, TreatMissingData } = Properties;
  const told = JSON.stringify(AlarmActions ?? []);
  return [
    ...(String(AlarmName).startsWith(stem)
      ? []
      : [`${name} is called ${AlarmName}: the topic takes alarms of ${stem} alone.`]),
    ...(told === JSON.stringify([{ Ref: topic }]) ? [] : [`${name} does not tell ${topic}.`]),
    ...(/ First: /.test(String(AlarmDescription)) ? [] : [`${name} does not say what to do first.`]),
    ...(TreatMissingData === undefined ? [`${name} does not say what missing data mean.`] : []),
  ];
}

/** Rules for names that AWS would refuse, most of them only in the middle of a deployment. */
const NAMES: Readonly<Record<string, readonly [property: string, pattern: RegExp]>> = {
  'AWS::Lambda::Function': ['FunctionName', /^[\w-]{1,64}$/],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', /^[\w-]{1,80}$/],
  'AWS::SNS::Topic': ['TopicName', /^[\w-]{1,256}$/],
  'AWS::SQS::Queue': ['QueueName', /^[\w-]{1,80}$/],
  'AWS::Events::EventBus': ['Name', /^[\w./-]{1,256}$/],
  'AWS::ECR::Repository': ['RepositoryName', /^[a-z0-9]+([._/-][a-z0-9]+)*$/],
  'AWS::CodeBuild::Project': ['Name', /^[A-Za-z0-9][\w-]{1,254}$/],
  'AWS::CloudWatch::Alarm': ['AlarmName', /^.{1,255}$/],
  'AWS::CloudWatch::Dashboard': ['DashboardName', /^[\w-]{1,255}$/],
  'AWS::Logs::LogGroup': ['LogGroupName', /^[\w./#-]{1,512}$/],
};

export function nameProblems([name, { Type, Properties = {} }]: readonly [string, Resource]): string[] {
  const [property = '', pattern] = NAMES[Type] ?? [];
  if (!/^[A-Za-z0-9]{1,255}$/.test(name)) return [`${name} is no logical id.`];
  const given = Properties[property];
  return pattern === undefined || typeof given !== 'string' || pattern.test(given)
    ? []
    : [`${name}: ${given} is no ${property} that AWS takes.`];
}
