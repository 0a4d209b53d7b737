/** What botocore's service models, and AWS's references beside them, say of inputs. */
import { limitProblems } from './documented-limits.ts';
import { asJson } from './json-inputs.ts';
import type { SdkInput } from './observed-commands.ts';
import { askPython } from './python.ts';

/** In words of AWS, though no operation of a model: CloudFormation's own form of an answer. */
const WITHOUT_MODEL = 'cloudformation';

/** One line for each problem, with where in src the input was made. */
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
