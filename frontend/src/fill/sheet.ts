/** One form as it is being filled in, and the page that it is on. */
import { askToPersist, type Frame, frameOf } from "./device";
import type { Answers, Filling } from "./engine";
import { part } from "./parts";
import { type Filled, keep, keepForm } from "./store";
import { word } from "./words";

const KEPT_EVERY = 20_000;

/** What the server says about the page of a form. */
export interface Page extends Frame {
  readonly element: HTMLElement;
  readonly form: string;
  readonly title: string;
  readonly hash: string;
  readonly xml: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The page, from the element marked data-fill. */
export function pageOf(element: HTMLElement): Page {
  const { form = "", title = "", hash = "", xml = "", files = "{}" } = element.dataset;
  return { ...frameOf(element), element, form, title, hash, xml, files: JSON.parse(files) as Page["files"] };
}

/** Tell the reader something about what is kept. */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): void {
  part("fill-said").textContent = word(key, values);
}

/** A form on the screen: what is kept of it, and whether that is behind what is on the screen. */
export class Sheet {
  private last = "";

  constructor(
    private readonly page: Page,
    private readonly xml: string,
    private kept: Filled,
    private readonly filling: () => Filling,
  ) {}

  /** Remember what an untouched form looks like, so that it is not kept as a draft. */
  async begin(): Promise<void> {
    this.last = (await this.filling().answers()).xml;
  }

  /** Keep it as a draft, if there is anything new in it. */
  async keepDraft(isAsked: boolean): Promise<void> {
    const answers = await this.filling().answers();
    if (!isAsked && answers.xml === this.last) return;
    await this.put(answers, "draft");
    say("draftKept", { time: new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format() });
  }

  /** Keep it as complete: from here on it is sent. */
  async complete(answers: Answers): Promise<string> {
    await this.put(answers, "saved");
    return this.kept.id;
  }

  private async put(answers: Answers, state: "draft" | "saved"): Promise<void> {
    const { page, kept } = this;
    await keepForm({ hash: kept.hash, xml: this.xml });
    const hasAsked = sessionStorage.getItem("persist");
    if (!hasAsked) void askToPersist().then(() => sessionStorage.setItem("persist", "asked"));
    this.kept = { ...kept, ...answers, title: page.title, state, changed: Date.now(), tries: 0, next: 0, refusal: null };
    await keep(this.kept);
    this.last = answers.xml;
  }
}

/** Keep what is filled in every while, whenever the page is left, and when the reader says so. */
export function keepWhileFilling(sheet: Sheet, isOpen: () => boolean): void {
  const keepNow = (isAsked: boolean): void => {
    if (isOpen()) sheet.keepDraft(isAsked).catch(() => say("notKept"));
  };
  part("fill-draft").addEventListener("click", () => keepNow(true));
  document.addEventListener("visibilitychange", () => keepNow(false));
  window.setInterval(() => keepNow(false), KEPT_EVERY);
}
