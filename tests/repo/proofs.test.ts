import { costTables, tablesIn } from '../../bench/cost-table.ts';
import { readPrices } from '../../src/rehearse/model/price-list.ts';
import { namedArns, sendingsIn } from './arn-rules.ts';
import { configIsReached, setElsewhereIsSet } from './environment-rules.ts';
import { functionsOf, grantProblems, holdersOf } from './grant-rules.ts';
import { machinesOf } from './machine-rules.ts';
import { alarmsAreExplained } from './operations-rules.ts';
import { type Packaged, packagedTemplate } from './packaged-template.ts';
import { PLANTED_ARN_FAULTS } from './planted-arn-faults.ts';
import { brokenBy, PLANTED_CODE, PLANTED_FAULTS } from './planted-faults.ts';
import { productProgram, type Reached, reachedFrom } from './reached-code.ts';
import { readSources, readText } from './sources.ts';
import { OUTSIDE, READ_BY_OTHERS, SET_ELSEWHERE } from './stack-excuses.ts';
import { STACK_RULES, type StackRule } from './stack-rules.ts';
import { STACK_VARIANTS } from './stack-variants.ts';

// One program is enough for both, because no file of src imports the planted files.
const reach = remembered(productProgram(PLANTED_CODE));
const templates = await Promise.all(STACK_VARIANTS.map(packagedTemplate));
const [dev, prod] = templates as [Packaged, Packaged, ...Packaged[]];
const operations = { path: 'docs/operations.md', text: readText('docs/operations.md') };

test.each(Object.entries<StackRule>(STACK_RULES))('%s', (_claim, problemsOf) => {
  for (const template of templates) expect(problemsOf(template, reach)).toEqual([]);
});

test('the proofs find resources to check', () => {
  expect(functionsOf(dev, reach).length).toBeGreaterThan(30);
  expect(machinesOf(dev).length).toBeGreaterThan(1);
});

const planted = [...PLANTED_FAULTS, ...PLANTED_ARN_FAULTS];

test.each(planted.map((fault) => [fault.by, fault.breaks, fault] as const))(
  'the planted fault (%s) is reported by the rule that %s',
  (_by, breaks, fault) => {
    const rule: StackRule = STACK_RULES[breaks];
    expect(rule(brokenBy(fault, dev), reach)).toContainEqual(expect.stringMatching(fault.says));
  },
);

test('every rule reports at least one planted fault', () => {
  const broken = new Set<string>(planted.map(({ breaks }) => breaks));
  expect(Object.keys(STACK_RULES).filter((claim) => !broken.has(claim))).toEqual([]);
});

test('an excuse without a problem to excuse is a problem itself', () => {
  const [holder] = holdersOf(dev, functionsOf(dev, reach));
  const excuses = [{ of: new RegExp(holder?.id ?? ''), actions: ['s3:GetObject'], because: 'planted' }];
  const holders = holder === undefined ? [] : [{ ...holder, needs: [] }];
  expect(grantProblems(dev, { holders, excuses })).toContainEqual(
    expect.stringMatching(/The excuse .*LambdaFunction.* s3:GetObject excuses nothing/),
  );
});

test('a policy of some stack names each ARN that is listed as outside of the template', () => {
  const named = templates.flatMap(namedArns).map(({ arn }) => arn);
  expect(OUTSIDE.filter(({ arn }) => !named.some((one) => arn.test(one)))).toEqual([]);
});

test('the senders that the proof expects exist', () => {
  const services = new Set(templates.flatMap(sendingsIn).map(({ service }) => service.replace('.amazonaws.com', '')));
  const all = ['apigateway', 'cloudwatch', 'codebuild', 'codepipeline', 'events', 'sns', 'states'];
  expect([...services].sort()).toEqual(all);
});

const containers = ['src/containers/kubectl-task.ts', 'src/cli/main.ts'].map(reach);

test('every call in an adapter is reached by a function, or by the command line', () => {
  const reached = [...functionsOf(dev, reach).map((one) => one.reached), ...containers];
  const called = new Set(reached.flatMap(({ aws }) => aws.map(({ name }) => name)));
  const written = readSources('src/aws', /\.ts$/).flatMap(({ text }) =>
    [...text.matchAll(/new (\w+Command)\(|\b(paginate\w+)\(/g)].map(([, command, pages]) => command ?? pages ?? ''),
  );
  expect(written.length).toBeGreaterThan(10);
  expect([...new Set(written)].filter((name) => !called.has(name))).toEqual([]);
});

const config = { path: 'src/config.ts', text: readText('src/config.ts') };
const ofContainers = [...new Set(containers.flatMap(({ variables }) => variables))];

test('each variable that config.ts reads is reached, and is set where the list says', () => {
  const ofFunctions = functionsOf(dev, reach).flatMap(({ reached }) => reached.variables);
  const reached = [...ofFunctions, ...ofContainers, ...Object.keys(READ_BY_OTHERS)];
  expect(configIsReached(config, reached)).toEqual([]);
  expect(setElsewhereIsSet({ reached: ofContainers, elsewhere: SET_ELSEWHERE }, readText)).toEqual([]);
});

test('a variable that nothing reads, or nothing sets, is reported', () => {
  const text = `${config.text}\nexport const LEFT = optional('LEFT_OVER');`;
  expect(configIsReached({ ...config, text }, ['LEFT_OVER'])).not.toContainEqual(expect.stringMatching(/LEFT_OVER/));
  expect(configIsReached({ ...config, text }, [])).toContainEqual(expect.stringMatching(/reads LEFT_OVER/));

  const elsewhere = { A: { in: 'Dockerfile', as: /ENV A=/ }, C: { in: 'Dockerfile', as: /ENV C=/ } };
  expect(setElsewhereIsSet({ reached: ['A', 'B'], elsewhere }, () => 'ENV C=1')).toEqual([
    expect.stringMatching(/reads B, and nobody says who sets it/),
    expect.stringMatching(/C is said to be set for a container, and none reads it/),
    expect.stringMatching(/Dockerfile does not set A/),
  ]);
});

test('the document has the costs of Slipway exactly as the command prints them', async () => {
  const list = readPrices();
  const printed = await costTables(prod, list);
  // If this fails, run: node bench/costs.ts --write
  expect(tablesIn(operations.text)).toBe(printed);
  const dearer = { ...list, prices: { ...list.prices, stateTransition: { ...list.prices.stateTransition, usd: 1 } } };
  expect(await costTables(prod, dearer)).not.toBe(printed);
});

test('docs/operations.md explains every alarm of Slipway', () => {
  expect(alarmsAreExplained(operations, prod)).toEqual([]);

  const Resources = { A: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'slipway-prod-new-one' } } };
  const text = '# Operations\n\n## When an alarm\n\n| `old-one` | is gone |\n';
  expect(alarmsAreExplained({ path: 'x.md', text }, { Resources })).toEqual([
    expect.stringContaining('the alarm new-one is not explained'),
    expect.stringContaining('there is no alarm old-one'),
  ]);
});

function remembered(of: ReturnType<typeof productProgram>): (entry: string) => Reached {
  const known = new Map<string, Reached>();
  return (entry) => {
    const found = known.get(entry) ?? reachedFrom(of, entry);
    known.set(entry, found);
    return found;
  };
}
