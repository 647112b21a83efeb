/** Gives the engine's fields the names that screen readers say, where the engine leaves them without one. */
import { engineWord } from "./words";

const FIELDS = "input:not([type=hidden]), textarea, [role=combobox], [role=slider], [role=spinbutton]";
const NAMELESS = ":not([aria-label], [aria-labelledby])";

function isNamed(field: HTMLElement): boolean {
  return field instanceof HTMLInputElement && (field.labels?.length ?? 0) > 0;
}

/** Name a field by the label of its question. */
function name(field: HTMLElement): void {
  const question = field.closest<HTMLElement>(".question-container");
  const label = question?.querySelector<HTMLElement>("label");
  if (!question || !label || isNamed(field)) return;
  label.id ||= `${question.id}_label`;
  field.setAttribute("aria-labelledby", label.id);
}

/** A slider that nobody moved yet stands at its start, and says that there is no answer. */
function tellUnmoved(slider: HTMLElement): void {
  slider.setAttribute("aria-valuenow", slider.getAttribute("aria-valuemin") ?? "0");
  slider.setAttribute("aria-valuetext", "–");
}

/** What has no words of its own, and what it is. */
const SILENT: readonly (readonly [string, string])[] = [
  [".button-menu", "More"],
  [".odk-form .close-icon, .p-dialog .close-icon", "Close"],
  [".p-dialog [role=progressbar]", "Finding your location"],
];

function nameAll(element: HTMLElement): void {
  element.querySelectorAll<HTMLElement>(`:is(${FIELDS})${NAMELESS}`).forEach(name);
  element.querySelectorAll<HTMLElement>("[role=slider]:not([aria-valuenow])").forEach(tellUnmoved);
  for (const [which, words] of SILENT) {
    for (const silent of element.querySelectorAll(`:is(${which})${NAMELESS}`)) {
      silent.setAttribute("aria-label", engineWord(words));
    }
  }
}

/** Name the fields within an element, and those that arrive later, such as in a dialog. */
export function nameFields(element: HTMLElement): void {
  const watcher = new MutationObserver((changes) => {
    for (const { type, target } of changes) {
      const slider = target as HTMLElement;
      if (type === "attributes" && slider.getAttribute("aria-valuenow") !== slider.getAttribute("aria-valuemin")) {
        slider.removeAttribute("aria-valuetext");
      }
    }
    if (changes.some(({ type }) => type === "childList")) nameAll(element);
  });
  nameAll(element);
  watcher.observe(element, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuenow"] });
}
