/** For a function of an unknown tool: what `slipway adopt` makes, and the commands for what only the team can move. */
import type { Adoption } from '../adoption.ts';
import type { Snippet } from '../snippet.ts';

export function awsSnippet({ alias, isTagged, alarm, toMove, target }: Adoption): Snippet | null {
  const isBare = alias === null || !isTagged || !alarm.isThere;
  const mappings = toMove.filter(({ property }) => property === 'FunctionName');
  const others = toMove.length > mappings.length;
  const steps = [
    ...(isBare
      ? ['Run slipway adopt -f slipway.yml: it makes the version, the alias, the tag and the alarm that are missing.']
      : []),
    ...mappings.map(
      ({ value }) =>
        `aws lambda update-event-source-mapping --uuid ${value} --function-name ${target.function}:${target.alias}`,
    ),
    ...(others
      ? [
          `Point the other callers to ${target.function}:${target.alias} in the tool that made them, so that it does not undo this. If it is Serverless, SAM, CDK or Terraform, run slipway init on its output for the lines.`,
        ]
      : []),
  ];
  return steps.length === 0 ? null : { steps, text: null, suggestedFile: 'slipway-resources.yml' };
}
