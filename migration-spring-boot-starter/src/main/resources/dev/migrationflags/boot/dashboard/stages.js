// The six stages as a track, and what each of them does, in words.

import { html } from "./lib/preact-htm.js";

const READS = {
  off: "the old side",
  dualwrite: "the old side",
  shadow: "both sides, the old one answers",
  live: "both sides, the new one answers",
  rampdown: "the new side",
  complete: "the new side",
};

const WRITES = {
  off: "the old side",
  dualwrite: "old first, then new",
  shadow: "old first, then new",
  live: "new first, then old",
  rampdown: "new first, then old",
  complete: "the new side",
};

const LEADS_NEW = ["live", "rampdown", "complete"];

export const newLeads = (stage) => LEADS_NEW.includes(stage);

export const flips = (from, to) => newLeads(from) !== newLeads(to);

// Of a flag with operations of these types.
export function meaning(stage, types) {
  const reads = `Reads go to ${READS[stage]}. `;
  const writes = `Writes go to ${WRITES[stage].includes("first") ? `both: ${WRITES[stage]}` : WRITES[stage]}.`;
  return (types.includes("read") || types.length === 0 ? reads : "") + (types.includes("write") || types.length === 0 ? writes : "");
}

export function Track({ stages, stage, small }) {
  const at = stages.indexOf(stage);
  return html`<ol class=${small ? "track small" : "track"} aria-label="Stages">
    ${stages.map((name, index) => {
      const state = index === at ? "now" : index < at ? "past" : "ahead";
      const flip = index > 0 && flips(stages[index - 1], name);
      return html`<li class="${state}${flip ? " flip" : ""}" aria-current=${index === at ? "step" : undefined}>
        <span class="dot" aria-hidden="true"></span>
        <span class="name">${name}</span>
        ${!small && index === at && html`<span class="here">now</span>`}
        ${!small && flip && html`<span class="lead" title="From here on the new side leads">new side leads</span>`}
      </li>`;
    })}
  </ol>`;
}
