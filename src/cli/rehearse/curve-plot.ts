/**
 * The two step curves of a scenario as an SVG inside a page. It uses the page's colours, so it is readable in light and
 * dark.
 */
import type { CurvePoint, ScenarioResult } from '../../rehearse/rehearsal-result.ts';
import { scenarioTitle } from '../../rehearse/scenarios.ts';
import { escaped } from './escaped.ts';
import type { TimeAxis } from './time-axis.ts';

const WIDTH = 400;
const HEIGHT = 230;
const AREA = { left: 44, right: 340, top: 12, bottom: 182 };
const LABEL_GAP = 15;

export function curvePlot({ scenario, weightZero, promoted }: ScenarioResult, axis: TimeAxis): string {
  const curves = [
    { className: 'promoted', points: promoted, share: lastShare(promoted) },
    { className: 'zero', points: weightZero, share: lastShare(weightZero) },
  ];
  const said = `${percent(lastShare(promoted))} promoted, ${percent(lastShare(weightZero))} back at weight 0.`;
  const title = `${scenarioTitle(scenario)}: ${said}`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    ...[0, 0.25, 0.5, 0.75, 1].map(shareLine),
    ...axis.ticks.map((tick) => timeTick(tick, axis)),
    `<text class="axis" x="${(AREA.left + AREA.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${axis.unit}</text>`,
    `<text class="axis" transform="rotate(-90)" x="${-(AREA.top + AREA.bottom) / 2}" y="11" text-anchor="middle">% of the rollouts</text>`,
    ...curves.map(({ className, points }) => `<path class="${className}" d="${pathOf(points, axis)}"/>`),
    ...labels(curves),
    '</svg>',
  ].join('\n');
}

function shareLine(share: number): string {
  const y = yOf(share);
  return `<line class="${share === 0 ? 'base' : 'grid'}" x1="${AREA.left}" x2="${AREA.right}" y1="${y}" y2="${y}"/><text class="tick" x="${AREA.left - 6}" y="${y + 4}" text-anchor="end">${share * 100}</text>`;
}

function timeTick({ seconds, label }: TimeAxis['ticks'][number], axis: TimeAxis): string {
  const x = xOf(seconds, axis);
  return `<line class="base" x1="${x}" x2="${x}" y1="${AREA.bottom}" y2="${AREA.bottom + 4}"/><text class="tick" x="${x}" y="${AREA.bottom + 17}" text-anchor="middle">${label}</text>`;
}

/** From 0 at the start, with a step at each point, and level to the end of the axis. */
function pathOf(points: readonly CurvePoint[], axis: TimeAxis): string {
  const steps = points.map(({ seconds, share }) => `H${xOf(seconds, axis)}V${yOf(share)}`);
  return `M${AREA.left} ${yOf(0)}${steps.join('')}H${AREA.right}`;
}

interface Curve {
  readonly className: string;
  readonly share: number;
}

/** Each curve shows its last share at its end. Two labels that are close together are drawn apart. */
function labels(curves: readonly Curve[]): string[] {
  const ordered = curves.toSorted((one, other) => other.share - one.share);
  let lowest = Number.NEGATIVE_INFINITY;
  const placed = ordered.map(({ className, share }) => {
    const y = Math.max(yOf(share) + 4, lowest + LABEL_GAP);
    lowest = y;
    return { className, share, y };
  });
  const over = Math.max(0, lowest - (AREA.bottom + 4));
  return placed.map(
    ({ className, share, y }) =>
      `<text class="end ${className}" x="${AREA.right + 7}" y="${tenth(y - over)}">${percent(share)}</text>`,
  );
}

function lastShare(points: readonly CurvePoint[]): number {
  return points.at(-1)?.share ?? 0;
}

function percent(share: number): string {
  return `${share === 1 || share === 0 ? share * 100 : (share * 100).toFixed(1)} %`;
}

function xOf(seconds: number, { endSeconds }: TimeAxis): number {
  return tenth(AREA.left + (AREA.right - AREA.left) * Math.min(1, seconds / endSeconds));
}

function yOf(share: number): number {
  return tenth(AREA.bottom - (AREA.bottom - AREA.top) * share);
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
