/** Checks inputs against botocore's service models, and against the limits of the AWS references. */
import { limitProblems } from './documented-limits.ts';
import { asJson } from './json-inputs.ts';
import type { SdkInput } from './observed-commands.ts';
import { askPython } from './python.ts';

/** The answer to CloudFormation is documented by AWS, but belongs to no operation of a service model. */
const WITHOUT_MODEL = 'cloudformation';

/** Returns one line for each problem, with the place in src where the input was made. */
export async function inputProblems(inputs: readonly SdkInput[]): Promise<string[]> {
  const modelled = inputs.filter(({ service }) => service !== WITHOUT_MODEL);
  const answers = await askPython<string[][]>('service_models.py', asJson(modelled));
  const found = new Map(modelled.map((input, index) => [input, answers[index] ?? []]));
  return [
    ...new Set(
      inputs.flatMap((one) =>
        [...(found.get(one) ?? []), ...limitProblems(one)].map((problem) => `${one.madeAt ?? 'a test'}: ${problem}`),
      ),
    ),
  ];
}
