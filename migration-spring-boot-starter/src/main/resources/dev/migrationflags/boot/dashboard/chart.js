// Lines over time. The old side is dashed and the new one solid, so that nobody needs colours.

import { html, useEffect, useRef } from "./lib/preact-htm.js";

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis(extra) {
  return { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui", ...extra };
}

const clock = (seconds, withSeconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: withSeconds ? "2-digit" : undefined });

// Where nobody points at the chart, the legend tells the latest.
function latest(plot) {
  if (plot.cursor.idx == null && plot.data[0].length > 0) {
    plot.setLegend({ idx: plot.data[0].length - 1 }, false);
  }
}

function options(width, lines, format, range, seconds) {
  // a single point has room around it
  const spread = seconds ? 10 : 300;
  return {
    width,
    height: 180,
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    legend: { live: true },
    scales: { x: { time: true, range: (plot, first, last) => (last - first < spread ? [first - spread, last + spread / 10] : [first, last]) }, y: { range: range || ((plot, low, high) => [0, high > 0 ? high * 1.1 : 1]) } },
    axes: [axis({ space: 80, values: (plot, ticks) => ticks.map((tick) => clock(tick, seconds)) }), axis({ size: 68, values: (plot, ticks) => ticks.map(format) })],
    series: [
      { label: "At", value: (plot, time) => (time == null ? "–" : clock(time, seconds)) },
      ...lines.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: line.thin ? 1 : 2,
        dash: line.dashed ? [6, 4] : undefined,
        fill: undefined,
        spanGaps: false,
        points: { show: line.points ? undefined : false, size: 4 },
        value: (plot, value) => (value == null ? "–" : format(value)),
      })),
    ],
  };
}

export function Chart({ title, summary, times, lines, format, range, seconds }) {
  const place = useRef(null);
  const plot = useRef(null);
  const data = [times, ...lines.map((line) => line.values)];
  const shape = lines.map((line) => line.label).join("|");
  useEffect(() => {
    const draw = () => {
      plot.current?.destroy();
      plot.current = new window.uPlot(options(place.current.clientWidth || 300, lines, format, range, seconds), data, place.current);
      latest(plot.current);
    };
    draw();
    const scheme = window.matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    const sizes = new ResizeObserver(() => {
      const width = place.current?.clientWidth;
      if (width && plot.current && plot.current.width !== width) {
        plot.current.setSize({ width, height: 180 });
      }
    });
    sizes.observe(place.current);
    return () => {
      sizes.disconnect();
      scheme.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape]);
  useEffect(() => {
    if (plot.current) {
      plot.current.setData(data);
      latest(plot.current);
    }
  }, [times, ...lines.map((line) => line.values)]);
  return html`<figure class="chart">
    <figcaption>${title}<span class="quiet"> ${summary}</span></figcaption>
    <div ref=${place} role="img" aria-label="${title}: ${summary}"></div>
  </figure>`;
}
