// Numbers and times as people read them.

const NONE = "–";

const known = (value) => typeof value === "number" && Number.isFinite(value);

export function duration(seconds) {
  if (!known(seconds)) {
    return NONE;
  }
  if (seconds === 0) {
    return "0";
  }
  if (seconds < 0.001) {
    return `${Math.round(seconds * 1e6)} µs`;
  }
  if (seconds < 1) {
    const millis = seconds * 1000;
    return `${millis < 10 ? millis.toFixed(1) : Math.round(millis)} ms`;
  }
  return seconds < 120 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${Math.round(seconds / 60)} min`;
}

export function count(value) {
  return known(value) ? value.toLocaleString("en") : NONE;
}

export function rate(value) {
  if (!known(value)) {
    return NONE;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en")}/s`;
}

export function percent(part, whole, digits = 1) {
  return whole > 0 ? `${share(part / whole, digits)}\u00a0%` : NONE;
}

// 99.96 % must not read as 100 %
export function share(value, digits = 1) {
  const scale = 10 ** digits;
  const shown = value * 100;
  const rounded = Math.round(shown * scale) / scale;
  return (rounded === 100 && value < 1 ? Math.floor(shown * scale) / scale : rounded).toFixed(value === 1 || value === 0 ? 0 : digits);
}

export function time(millis) {
  const date = new Date(millis);
  const clock = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toISOString().slice(0, 10)} ${clock}`;
}

// Wilson's lower bound at 95 %: what the share is at least, as far as so few samples can tell.
export function lowerBound(good, all) {
  if (all === 0) {
    return NaN;
  }
  const z = 1.96;
  const p = good / all;
  const spread = z * Math.sqrt((p * (1 - p) + (z * z) / (4 * all)) / all);
  return Math.max(0, (p + (z * z) / (2 * all) - spread) / (1 + (z * z) / all));
}
