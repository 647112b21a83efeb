/** The words on the map: what the circles now stand for, and what is chosen. Both are read out as they change. */
import type { Labels } from "./read";

export interface Chosen {
  name: string;
  individuals: number | null;
  locations?: number;
  url?: string;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  words = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = words;
  return made;
}

export class Panel {
  readonly #status = element("p", "map-status");
  readonly #panel = element("div", "map-panel");
  readonly #numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
  readonly #labels: Labels;
  readonly #whenClosed: () => void;

  constructor(stage: HTMLElement, labels: Labels, whenClosed: () => void) {
    this.#labels = labels;
    this.#whenClosed = whenClosed;
    this.#panel.hidden = true;
    const spoken = element("div", "");
    spoken.setAttribute("role", "status");
    spoken.append(this.#status, this.#panel);
    stage.append(spoken);
    stage.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /** Say what the circles stand for now. */
  say(words = ""): void {
    if (this.#status.textContent !== words) this.#status.textContent = words;
  }

  /** Show the name, the figures and the way to the page of an area or a site. */
  show({ name, individuals, locations, url }: Chosen): void {
    const figures = element("dl", "");
    figures.append(...this.#figure(this.#labels.individuals, individuals));
    if (locations !== undefined) figures.append(...this.#figure(this.#labels.locations, locations));
    this.#panel.replaceChildren(element("p", "map-panel-name", name), figures);
    if (url) this.#panel.append(this.#link(url));
    this.#panel.append(this.#closer());
    this.#panel.hidden = false;
  }

  close(): void {
    if (this.#panel.hidden) return;
    this.#panel.hidden = true;
    this.#whenClosed();
  }

  #figure(label = "", value: number | null): HTMLElement[] {
    const words = value === null ? this.#labels.notAssessed : this.#numbers.format(value);
    return [element("dt", "", label), element("dd", value === null ? "not-assessed" : "", words)];
  }

  #link(address: string): HTMLAnchorElement {
    const link = element("a", "", this.#labels.open);
    link.href = address;
    return link;
  }

  #closer(): HTMLButtonElement {
    const button = element("button", "map-panel-close", "×");
    button.type = "button";
    button.setAttribute("aria-label", this.#labels.close ?? "");
    button.addEventListener("click", () => this.close());
    return button;
  }
}
