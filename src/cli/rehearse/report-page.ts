/**
 * The report of a rehearsal: one self-contained page without script or network, which looks the same wherever it is
 * opened.
 */

import type { ScenarioResult } from '../../rehearse/rehearsal-result.ts';
import { isHarmful, scenarioTitle } from '../../rehearse/scenarios.ts';
import { curvePlot } from './curve-plot.ts';
import { escaped } from './escaped.ts';
import { REPORT_STYLE } from './report-style.ts';
import { COLUMNS, READ_THE_COLUMNS, strayInWords, undecidedInWords } from './result-cells.ts';
import { type ToldResult, titleOf } from './result-lines.ts';
import { type TimeAxis, timeAxis } from './time-axis.ts';

export function reportPage({ result, warnings, assumptions }: ToldResult): string {
  const ends = result.scenarios.flatMap(({ weightZero, promoted }) => [weightZero, promoted]);
  const axis = timeAxis(Math.max(0, ...ends.map((points) => points.at(-1)?.seconds ?? 0)));
  const notes = [...READ_THE_COLUMNS, ...strayInWords(result)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`Rehearsal of ${result.service}`)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(`Rehearsal of ${result.service}`)}</h1>
<p class="sub">${escaped(titleOf(result))}</p>
${[...undecidedInWords(result), ...warnings].map((each) => `<p class="note"><strong>${escaped(each)}</strong></p>\n`).join('')}${table(result.scenarios)}
${notes.map((note) => `<p class="note">${escaped(note)}</p>`).join('\n')}
<h2>How soon</h2>
<p class="legend"><span class="key promoted"></span>Promoted: all calls on the new version, since it was asked for
<span class="key zero"></span>Weight 0: no call on it any more, since the first one could go there</p>
<div class="plots">
${result.scenarios.map((scenario) => plot(scenario, axis)).join('\n')}
</div>
<h2>What this rests on</h2>
<ul>
${assumptions.map((sentence) => `<li>${escaped(sentence)}</li>`).join('\n')}
</ul>
</main>
</body>
</html>
`;
}

function table(scenarios: readonly ScenarioResult[]): string {
  const head = COLUMNS.map(
    ({ head: [first, second] }) =>
      `<th>${[first, second]
        .filter((line) => line !== '')
        .map(escaped)
        .join('<br>')}</th>`,
  );
  const rows = scenarios.map(
    (scenario) => `<tr>${COLUMNS.map(({ cell }) => `<td>${escaped(cell(scenario))}</td>`).join('')}</tr>`,
  );
  return `<div class="wide"><table>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table></div>`;
}

function plot(result: ScenarioResult, axis: TimeAxis): string {
  const kind = isHarmful(result.scenario) ? 'should go back' : 'should be promoted';
  return `<figure>\n<figcaption>${escaped(scenarioTitle(result.scenario))}<small>${kind}</small></figcaption>\n${curvePlot(result, axis)}\n</figure>`;
}
