/** Filled forms as a list: each with its state in words and what can be done about it. */
import type { Filled, State } from "./store";
import { word } from "./words";

const TONES: Readonly<Record<State, string>> = {
  draft: "",
  saved: "accent",
  waiting: "accent",
  sending: "accent",
  sent: "ok",
  needs: "alert",
};
const CAN_BE_OPENED: ReadonlySet<State> = new Set(["draft", "needs"]);

function moment(milliseconds: number): string {
  const { lang } = document.documentElement;
  return new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" }).format(milliseconds);
}

function slot<Kind extends HTMLElement>(line: ParentNode, name: string): Kind {
  return line.querySelector(`[data-slot="${name}"]`) as Kind;
}

function drawn(filled: Filled, template: HTMLTemplateElement): DocumentFragment {
  const line = template.content.cloneNode(true) as DocumentFragment;
  const { state, refusal } = filled;
  slot(line, "title").textContent = filled.title;
  slot(line, "moment").textContent = moment(filled.changed);
  const badge = slot(line, "state");
  badge.textContent = word(`state.${state}`);
  if (TONES[state]) badge.classList.add(`badge-${TONES[state]}`);
  slot(line, "problem").hidden = !refusal;
  slot(line, "message").textContent = refusal?.message ?? "";
  slot(line, "remedy").textContent = refusal?.remedy ?? "";
  const open = slot<HTMLAnchorElement>(line, "open");
  open.href = `${filled.address}#entry=${filled.id}`;
  open.textContent = word(state === "needs" ? "mend" : "goOn");
  open.hidden = !CAN_BE_OPENED.has(state);
  const remove = slot(line, "forget");
  remove.dataset.forget = filled.id;
  remove.hidden = state === "sending";
  return line;
}

/** Show filled forms in the place of those that were shown; the focus stays where it was. */
export function showFilled(list: HTMLElement, filleds: readonly Filled[]): void {
  const template = document.getElementById("filled") as HTMLTemplateElement;
  const focused = (document.activeElement as HTMLElement | null)?.dataset.forget;
  list.replaceChildren(...filleds.map((filled) => drawn(filled, template)));
  if (focused) list.querySelector<HTMLElement>(`[data-forget="${focused}"]`)?.focus();
}
