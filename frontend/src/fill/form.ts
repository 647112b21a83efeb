/** The page on which one form is filled in. What is filled in is kept on this device first, then sent. */
import "./fill.css";

import { defaultsOf, withDefaults } from "./defaults";
import { deviceId, isKept, keepOffline, keepSending, prepare, sendInBackground, warnAtSignOut } from "./device";
import { type Answers, type Filling, open } from "./engine";
import { showFilled } from "./list";
import { part } from "./parts";
import { keepWhileFilling, type Page, pageOf, say, Sheet } from "./sheet";
import { type Filled, filledBy, filledCalled, forget, formCalled, newId, onChange } from "./store";
import { word } from "./words";

/** What the address asks for: a form that is kept here, or an empty one. */
async function asked(page: Page): Promise<{ kept: Filled; restored: Answers | null }> {
  const id = /^#entry=(\w+)$/.exec(location.hash)?.[1];
  const found = id ? await filledCalled(page.owner, id) : null;
  if (found?.form === page.form && found.xml) return { kept: found, restored: found };
  const { owner, form, title, hash } = page;
  const fresh = { id: newId(), owner, form, title, address: location.pathname, hash, xml: "", files: [] };
  return { kept: { ...fresh, state: "draft", changed: 0, tries: 0, next: 0, refusal: null }, restored: null };
}

/** The questions: those that a draft began with, else those of today. */
async function questions(page: Page, hash: string): Promise<string> {
  const kept = hash === page.hash ? null : await formCalled(hash);
  if (kept) return kept;
  const response = await fetch(page.xml);
  if (!response.ok) throw new Error(`The form could not be fetched: ${response.status}.`);
  return response.text();
}

/** A file of the form. One that the office has not given yet is told as missing, which the engine can live with. */
async function fetchFile(page: Page, name: string): Promise<Response> {
  const address = page.files[name];
  return address ? fetch(address) : new Response(null, { status: 404 });
}

/** After sending: what becomes of it, in the place of the form. */
async function showEnd(page: Page, id: string): Promise<void> {
  const end = part("fill-end");
  const show = async (): Promise<void> => {
    const filled = await filledCalled(page.owner, id);
    if (filled) showFilled(part("fill-became"), [filled]);
  };
  onChange(() => void show());
  await show();
  part("fill-form").hidden = true;
  end.hidden = false;
  part("fill-end-title").focus();
  window.scrollTo(0, 0);
}

async function showOthers(page: Page, id: string): Promise<void> {
  const others = (await filledBy(page.owner)).filter((one) => one.form === page.form && one.id !== id && one.state === "draft");
  part("fill-others").hidden = !others.length;
  showFilled(part("fill-others-list"), others);
}

async function fill(page: Page): Promise<void> {
  const { kept, restored } = await asked(page);
  if (kept.refusal) {
    part("fill-refused").hidden = false;
    part("fill-refused-message").textContent = kept.refusal.message;
    part("fill-refused-remedy").textContent = kept.refusal.remedy;
  }
  const xml = await questions(page, kept.hash);
  const send = keepSending(page, (outcome) => {
    part("fill-sign-in").hidden = outcome !== "signed out";
  });
  let isOpen = true;
  let filling: Filling | null = null;
  const submit = async (answers: Answers): Promise<void> => {
    try {
      const id = await sheet.complete(answers);
      isOpen = false;
      filling?.close();
      await showEnd(page, id);
      await sendInBackground();
      await send(true);
    } catch (reason) {
      console.warn("This device did not keep the form.", reason);
      say("notKept");
    }
  };
  const sheet = new Sheet(page, xml, kept, () => filling as Filling);
  filling = await open({
    element: part("fill-engine"),
    xml: restored ? xml : withDefaults(xml, defaultsOf(new URL(location.href))),
    language: document.documentElement.lang,
    restored,
    username: page.owner,
    device: deviceId(),
    fetchFile: (name) => fetchFile(page, name),
    submit,
  });
  part("fill-loading").hidden = part("fill-loading-title").hidden = true; // the engine shows the title
  part("fill-bar").hidden = false;
  await sheet.begin();
  keepWhileFilling(sheet, () => isOpen);
  await showOthers(page, kept.id);
}

async function start(element: HTMLElement): Promise<void> {
  const page = pageOf(element);
  warnAtSignOut(page.owner);
  document.addEventListener("click", (event) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-forget]")?.dataset.forget;
    if (id && window.confirm(word("forgetOne"))) void forget([id]).then(() => showOthers(page, ""));
  });
  window.addEventListener("hashchange", () => location.reload());
  await fill(page);
  await prepare(page);
  await keepOffline(location.pathname, [page.xml, ...Object.values(page.files)]);
  if (!(await isKept(page.list))) await keepOffline(page.list, []); // where the outbox is
  part("fill-kept").hidden = !(await isKept(location.pathname));
}

const element = document.querySelector<HTMLElement>("[data-fill]");
if (element) {
  start(element).catch((reason: unknown) => {
    console.warn("The form did not open.", reason);
    part("fill-loading").hidden = true;
    part("fill-failed").hidden = false;
  });
}
