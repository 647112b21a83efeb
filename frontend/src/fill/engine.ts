/** ODK Web Forms in an element of the page. */
import "virtual:engine.css";

import { OdkWebForm, type RootNode, webFormsPlugin } from "@getodk/web-forms";
import { createApp, watch } from "vue";

import { nameFields } from "./labels";
import { codeOf, directionOf } from "./languages";
import type { KeptFile } from "./store";
import { engineWord } from "./words";

const FORM_FILE = "xml_submission_file";
const FIRST_DAYS: Readonly<Record<string, number>> = { ar: 6, en: 1, fr: 1 }; // of the week; Sunday is 0
const HEADER = "FormHeader"; // the engine's component that is handed the form as it is filled in

export interface Answers {
  readonly xml: string;
  readonly files: readonly KeptFile[];
}

export interface Opened {
  readonly element: HTMLElement;
  readonly xml: string;
  readonly language: string;
  readonly restored: Answers | null;
  readonly username: string;
  readonly device: string;
  fetchFile(name: string): Promise<Response>;
  submit(answers: Answers): Promise<void>;
}

/** A form that is being filled in. */
export interface Filling {
  answers(): Promise<Answers>;
  close(): void;
}

interface Payload {
  readonly data: readonly [FormData];
}

async function answersIn({ data: [body] }: Payload): Promise<Answers> {
  const files: KeptFile[] = [];
  for (const [name, value] of body.entries()) {
    if (name === FORM_FILE || typeof value === "string") continue;
    files.push({ name, type: value.type, bytes: await value.arrayBuffer() });
  }
  return { xml: await (body.get(FORM_FILE) as File).text(), files };
}

function bodyOf({ xml, files }: Answers): FormData {
  const body = new FormData();
  body.set(FORM_FILE, new File([xml], FORM_FILE, { type: "text/xml" }));
  for (const { name, type, bytes } of files) body.set(name, new File([bytes], name, { type }));
  return body;
}

/** Styles that the engine makes carry the page's nonce, without which the page's policy does not let them work. */
function letStylesWork(nonce: string): void {
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}

/** Begin in the reader's language, where the form has it; whichever it speaks, the words run the right way. */
function speak(root: RootNode, element: HTMLElement, language: string): void {
  const wanted = root.languages.find((one) => !one.isSyntheticDefault && codeOf(one.language) === language);
  if (wanted) root.setLanguage(wanted);
  watch(
    () => root.currentState.activeLanguage.language,
    (label) => {
      const code = codeOf(label);
      if (!code) return;
      element.lang = code;
      element.dir = directionOf(code);
    },
    { immediate: true },
  );
}

/** The names of days and months, and what the engine's fields say by themselves, in the reader's language. */
function localeOf(language: string, aria: object): object {
  const days = (weekday: "long" | "short" | "narrow"): string[] =>
    [...Array(7).keys()].map((day) => new Intl.DateTimeFormat(language, { weekday }).format(new Date(2023, 0, day + 1)));
  const months = (month: "long" | "short"): string[] =>
    [...Array(12).keys()].map((nth) => new Intl.DateTimeFormat(language, { month }).format(new Date(2023, nth, 1)));
  return {
    dayNames: days("long"),
    dayNamesShort: days("short"),
    dayNamesMin: days("narrow"),
    monthNames: months("long"),
    monthNamesShort: months("short"),
    dateFormat: "yy-mm-dd", // no reader takes the day for the month
    firstDayOfWeek: FIRST_DAYS[language] ?? 1,
    today: engineWord("Today"),
    clear: engineWord("Clear"),
    emptyMessage: engineWord("Nothing fits"),
    emptyFilterMessage: engineWord("Nothing fits"),
    emptySearchMessage: engineWord("Nothing fits"),
    chooseDate: engineWord("Choose a day"),
    chooseMonth: engineWord("Choose a month"),
    chooseYear: engineWord("Choose a year"),
    prevMonth: engineWord("Previous month"),
    nextMonth: engineWord("Next month"),
    aria: { ...aria, close: engineWord("Close") },
  };
}

/** Show a form, empty or as it was kept. Resolves when it can be filled in. */
export function open(opened: Opened): Promise<Filling> {
  const { element, xml, language, restored } = opened;
  letStylesWork(element.dataset.nonce ?? "");
  return new Promise((resolve, reject) => {
    const app = createApp(OdkWebForm, {
      formXml: xml,
      fetchFormAttachment: async (address: URL) => opened.fetchFile(decodeURIComponent(address.pathname.split("/").pop() ?? "")),
      preloadProperties: { username: opened.username, deviceID: opened.device },
      missingResourceBehavior: "BLANK",
      editInstance: restored && { restored: [bodyOf(restored)] },
      onSubmit: async (payload: Payload) => opened.submit(await answersIn(payload)),
    });
    app.use(webFormsPlugin);
    const { locale } = app.config.globalProperties.$primevue.config;
    Object.assign(locale, localeOf(language, locale.aria));
    const answers = async (root: RootNode): Promise<Answers> =>
      answersIn(await root.prepareInstancePayload({ payloadType: "monolithic" }));
    app.mixin({
      created() {
        if (this.$options.__name !== HEADER) return;
        const root = this.$props.form as RootNode;
        speak(root, element, language);
        nameFields(document.body); // dialogs lie beside the form
        resolve({ answers: () => answers(root), close: () => app.unmount() });
      },
    });
    app.config.errorHandler = reject;
    app.mount(element);
  });
}
