// Moving the stage, and starting work. Shown only where the endpoint lets one do it.

import { html, useEffect, useRef, useState } from "./lib/preact-htm.js";
import { change } from "./api.js";
import { flips } from "./stages.js";

function useChange() {
  const [state, setState] = useState({ busy: false, refused: [], done: "" });
  const run = async (path, body, done) => {
    setState({ busy: true, refused: [], done: "" });
    const refused = await change(path, body);
    setState({ busy: false, refused, done: refused.length === 0 ? done : "" });
    return refused.length === 0;
  };
  return [state, run];
}

function Outcome({ state, what }) {
  return html`<div class="outcome" role="alert">
    ${state.refused.length > 0 && html`<div class="refused"><strong>${what} was refused:</strong>
      <ul>${state.refused.map((reason) => html`<li>${reason}</li>`)}</ul></div>`}
    ${state.done && html`<p class="done">✓ ${state.done}</p>`}
  </div>`;
}

function ForceDialog({ flag, onForce, onClose }) {
  const dialog = useRef(null);
  const [stage, setStage] = useState("");
  const [reason, setReason] = useState("");
  useEffect(() => dialog.current.showModal(), []);
  const submit = (event) => {
    event.preventDefault();
    onForce(stage, reason);
  };
  return html`<dialog ref=${dialog} onClose=${onClose} aria-labelledby="force-title">
    <form onSubmit=${submit}>
      <h2 id="force-title">Force a stage</h2>
      <p>Forcing passes over every check: the two sides may differ, and what was written to one side only may be lost. It is recorded with your name and your reason.</p>
      <label>Stage
        <select required value=${stage} onChange=${(event) => setStage(event.target.value)}>
          <option value="">choose …</option>
          ${flag.stages.filter((name) => name !== flag.stage).map((name) => html`<option value=${name}>${name}${flips(flag.stage, name) ? " (changes who leads)" : ""}</option>`)}
        </select></label>
      <label>Reason <input required maxlength="500" value=${reason} onInput=${(event) => setReason(event.target.value)} /></label>
      <div class="buttons">
        <button type="button" onClick=${() => dialog.current.close()}>Cancel</button>
        <button class="danger">Force it</button>
      </div>
    </form>
  </dialog>`;
}

export function StageActions({ flag }) {
  const [state, run] = useChange();
  const [what, setWhat] = useState("");
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [forcing, setForcing] = useState(false);
  const input = useRef(null);
  const move = async (to, force, why) => {
    if (!why.trim()) {
      setMissing(true);
      input.current?.focus();
      return;
    }
    setMissing(false);
    setWhat(`${force ? "Forcing" : "The move to"} ${to}`);
    if (await run(encodeURIComponent(flag.key), { stage: to, reason: why.trim(), force, epoch: flag.epoch }, `Moved to ${to}.`)) {
      setReason("");
    }
  };
  return html`<section aria-labelledby="move-title">
    <h2 id="move-title">Move the stage</h2>
    <div class="move">
      <label>Reason, kept with the change
        <input ref=${input} id="reason" maxlength="500" value=${reason} aria-invalid=${missing} aria-describedby="reason-missing" onInput=${(event) => { setReason(event.target.value); setMissing(false); }} /></label>
      <div class="buttons">
        ${flag.previous && html`<button id="back" disabled=${state.busy} onClick=${() => move(flag.previous, false, reason)}>← Step back to ${flag.previous}</button>`}
        ${flag.next && html`<button id="advance" class="primary" disabled=${state.busy} onClick=${() => move(flag.next, false, reason)}>Advance to ${flag.next} →</button>`}
        <button id="force" class="plain" disabled=${state.busy} onClick=${() => setForcing(true)}>Force …</button>
      </div>
    </div>
    <p id="reason-missing" class="bad" hidden=${!missing}>Say why: the reason is kept with the change.</p>
    <${Outcome} state=${state} what=${what} />
    ${forcing && html`<${ForceDialog} flag=${flag} onClose=${() => setForcing(false)} onForce=${(to, why) => { setForcing(false); move(to, true, why); }} />`}
  </section>`;
}

export function SyncActions({ flag }) {
  const [state, run] = useChange();
  const [what, setWhat] = useState("");
  const start = (kind, name, done) => () => {
    setWhat(name);
    run(`${encodeURIComponent(flag.key)}/${kind}`, {}, done);
  };
  return html`<div>
    <div class="buttons">
      <button id="backfill" disabled=${state.busy} onClick=${start("backfill", "The backfill", "Backfill started.")}>Start backfill</button>
      <button id="verification" disabled=${state.busy} onClick=${start("verification", "The verification", "Verification started.")}>Start verification</button>
      ${flag.repairs && flag.repairs.parked > 0 && html`<button id="repairs" disabled=${state.busy} onClick=${start("repairs", "The retry", "Parked keys are tried again.")}>Retry parked keys</button>`}
    </div>
    <${Outcome} state=${state} what=${what} />
  </div>`;
}
