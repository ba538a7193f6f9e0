import { h } from "../../dom.js";
import { copyable, notice } from "../../parts.js";
import { t } from "../../words.js";
import { BOUNDS, outside, roomy } from "./figures.js";
import { ENDED } from "./path.js";

/** As much of a digest as the command line shows. */
const DIGEST_SHOWN = 16;

/**
 * What can be done with a version now, on the command line.
 * @param {{directive: string, status: any, document: any}} entry
 */
export function commands(entry) {
  const { status, document } = entry;
  const broken = status.preview && outside(status.preview, document?.bounds ?? null);
  return h(
    "section",
    null,
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t("direktif.commands")),
      h("p", null, t("direktif.commands.lead")),
    ),
    broken && ["PREVIEWED", "HELD"].includes(status.state) && notice("bad", t("direktif.do.outside")),
    h(
      "dl",
      { class: "orders" },
      callsOf(entry, broken).map(([what, text]) => [h("dt", null, t(what)), h("dd", null, copyable(text))]),
    ),
  );
}

function callsOf({ directive, status, document }, broken) {
  const { state, version, preview } = status;
  const of = (verb, rest = "") => `jangkau directive ${verb} ${directive} --version ${version}${rest}`;
  const why = ' --basis "…" --by "…"';
  const calls = [];
  if (["DRAFTED", "PREVIEWED", "HELD"].includes(state))
    calls.push([state === "DRAFTED" ? "direktif.do.preview" : "direktif.do.preview.again", of("preview")]);
  if (["PREVIEWED", "HELD"].includes(state) && preview && !broken)
    calls.push(["direktif.do.approve", of("approve", approval(preview, document) + why)]);
  if (state === "IN_FORCE" && document?.rollout.length > 0) {
    calls.push(
      status.rollout_paused_at
        ? ["direktif.do.resume", of("resume", why)]
        : ["direktif.do.pause", of("pause", why)],
    );
  }
  if (!ENDED.includes(state) && state !== "REJECTED") calls.push(["direktif.do.revoke", of("revoke", why)]);
  if (state === "REJECTED") calls.push(["direktif.do.new", 'jangkau directive submit draft.yaml --by "…"']);
  return [...calls, ["direktif.do.show", `jangkau directive show ${directive}`]];
}

function approval(preview, document) {
  const bounds = roomy(preview, document?.bounds ?? null);
  const options = BOUNDS.map((name) => `--${name.replaceAll("_", "-")} ${bounds[name]}`).join(" ");
  return ` --preview ${preview.digest.slice(0, DIGEST_SHOWN)} ${options}`;
}
