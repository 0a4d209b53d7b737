/**
 * The look of the report, in light and in dark: two colours that people who cannot see red or green can also tell
 * apart.
 */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ground: #fbfbfa; --card: #ffffff; --ink: #1d2126; --soft: #5b6470; --line: #dfe3e8; --promoted: #1f6fd1; --zero: #c2570c; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171b; --card: #1c2026; --ink: #e8eaed; --soft: #a2abb6; --line: #333a43; --promoted: #6fb0ff; --zero: #f59a52; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { margin: 0; font-size: 26px; }
h2 { margin: 36px 0 8px; font-size: 18px; }
.sub { margin: 4px 0 24px; color: var(--soft); }
.note { margin: 8px 0 0; color: var(--soft); font-size: 13px; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 12px; text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; font-size: 12.5px; line-height: 1.3; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
tbody tr { border-top: 1px solid var(--line); }
td:first-child { font-weight: 600; }
.legend { margin: 0 0 14px; color: var(--soft); font-size: 13px; }
.key { display: inline-block; width: 20px; height: 3px; margin: 0 7px 3px 0; border-radius: 2px; vertical-align: middle; }
.key.zero { margin-left: 20px; }
.key.promoted { background: var(--promoted); }
.key.zero { background: var(--zero); }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 16px; }
figure { margin: 0; padding: 14px 14px 6px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
figcaption { display: flex; flex-wrap: wrap; gap: 0 12px; justify-content: space-between; align-items: baseline; margin-bottom: 6px; font-weight: 600; font-size: 14px; }
figcaption small { color: var(--soft); font-weight: 400; font-size: 12px; }
svg { display: block; width: 100%; height: auto; }
svg .grid { stroke: var(--line); }
svg .base { stroke: var(--soft); }
svg text { fill: var(--soft); font-size: 12px; }
svg path { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
svg path.promoted { stroke: var(--promoted); }
svg path.zero { stroke: var(--zero); }
svg text.end { font-size: 13px; font-weight: 600; }
svg text.promoted { fill: var(--promoted); }
svg text.zero { fill: var(--zero); }
ul { margin: 8px 0 0; padding-left: 20px; color: var(--soft); font-size: 13.5px; }
li { margin: 4px 0; }
`;
