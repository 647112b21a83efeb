/** The list of forms to fill in, and what this device keeps of them. */
import "./list.css";

import { forgetAll, type Frame, frameOf, isKept, keepOffline, keepSending, prepare, warnAtSignOut } from "./device";
import { showFilled } from "./list";
import { part } from "./parts";
import { filledBy, forget, onChange, UNSENT } from "./store";
import { word } from "./words";

async function show(owner: string): Promise<void> {
  const filleds = await filledBy(owner);
  const drafts = filleds.filter(({ state }) => state === "draft");
  const others = filleds.filter(({ state }) => state !== "draft").reverse();
  showFilled(part("drafts-list"), drafts);
  showFilled(part("outbox-list"), others);
  part("drafts").hidden = !drafts.length;
  part("outbox-empty").hidden = others.length > 0;
  part("outbox-send").hidden = !others.some(({ state }) => state === "waiting" || state === "saved");
  part("device-forget").hidden = !filleds.length;
}

/** Each form can be kept before anybody goes where there is no network; those that are, say so. */
async function offerToKeep(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-keep]")) {
    const { keep: page = "", with: needed = "" } = button.dataset;
    const shown = button.parentElement?.querySelector<HTMLElement>("[data-kept]");
    const say = (kept: boolean): void => {
      button.hidden = kept;
      if (shown) shown.hidden = !kept;
    };
    say(await isKept(page));
    button.addEventListener("click", () => {
      button.setAttribute("aria-disabled", "true");
      keepOffline(page, needed.split(" ")).then(
        () => say(true),
        () => {
          button.removeAttribute("aria-disabled");
          part("outbox-said").textContent = word("notReached");
        },
      );
    });
  }
}

async function forgetOne(frame: Frame, id: string): Promise<void> {
  const found = (await filledBy(frame.owner)).find((one) => one.id === id);
  const isLost = found && (found.state === "draft" || UNSENT.has(found.state));
  if (!isLost || window.confirm(word("forgetOne"))) await forget([id]);
  await show(frame.owner);
}

async function forgetEverything(frame: Frame): Promise<void> {
  const lost = (await filledBy(frame.owner)).filter(({ state }) => state === "draft" || UNSENT.has(state)).length;
  if (!window.confirm(word(lost ? "forgetUnsent" : "forgetAll", { count: lost }))) return;
  await forgetAll(frame.owner);
  location.reload();
}

async function start(element: HTMLElement): Promise<void> {
  const frame = frameOf(element);
  warnAtSignOut(frame.owner);
  onChange(() => void show(frame.owner));
  await show(frame.owner);
  const send = keepSending(frame, (outcome) => {
    part("outbox-sign-in").hidden = outcome !== "signed out";
    part("outbox-said").textContent = outcome === "offline" ? word("notReached") : "";
    void show(frame.owner);
  });
  part("outbox-send").addEventListener("click", () => void send(true));
  part("device-forget").addEventListener("click", () => void forgetEverything(frame));
  document.addEventListener("click", (event) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-forget]")?.dataset.forget;
    if (id) void forgetOne(frame, id);
  });
  await prepare(frame);
  await keepOffline(location.pathname, []);
  await offerToKeep();
}

const element = document.querySelector<HTMLElement>("[data-fill]");
if (element) start(element).catch((reason: unknown) => console.warn("What is kept here cannot be shown.", reason));
