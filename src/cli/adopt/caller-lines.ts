/** What `slipway adopt` prints about the callers of the function: only their own tools can point them to the alias. */
import type { CallersFact } from '../../domain/lambda/callers.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import { wrapped } from '../print/wrapped.ts';
import { isPastAlias } from './found-function.ts';
import { triggerPoints } from './function-points.ts';
import { pointLines } from './init-report.ts';
import { triggersFromAws } from './live-function.ts';
import { operatorWords } from './operator-errors.ts';

export function callerLines({ triggers: all, unread }: CallersFact, target: LambdaTarget): string[] {
  const triggers = triggersFromAws(all);
  const toMove = triggers.filter(isPastAlias);
  const points = triggerPoints({ found: { triggers }, target, toMove });
  const unreadPoints = unread.map((text) => ({ state: 'look', text: operatorWords(text) }) as const);
  const commands = toMove
    .filter(({ property }) => property === 'FunctionName')
    .map(
      ({ value }) =>
        `aws lambda update-event-source-mapping --uuid ${value} --function-name ${target.function}:${target.alias}`,
    );
  const next = [
    ...(toMove.length > 0
      ? ['Point them to the alias in the tool that made them: slipway init on its output has the lines.']
      : []),
    ...(commands.length > 0 ? ['Where no tool made it:'] : []),
  ];
  const lines = next.flatMap((sentence) => wrapped({ sentence }));
  return [
    '',
    'Who calls it:',
    ...pointLines([...points, ...unreadPoints]),
    ...lines,
    ...commands.map((line) => `  ${line}`),
  ];
}
