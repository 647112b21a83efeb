/**
 * Builds what filling in forms needs, each of it one file: `--mode outbox`, `--mode fill` or `--mode fill-worker`.
 *
 * They are built apart from the other scripts, because a service worker can import nothing, and because a page that
 * is kept for offline must not lack a piece. ODK Web Forms is taken in as published, but for what stands in CHANGES:
 * its package keeps its styles inside its script, words in English only, and asks a map of a server far away.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { defineConfig, type Plugin } from "vite";

const ENGINE = dirname(createRequire(import.meta.url).resolve("@getodk/web-forms"));
const STYLES = "virtual:engine.css";
const WORDS = join(import.meta.dirname, "src/fill/words.ts");

interface Change {
  readonly file: RegExp;
  readonly from: string;
  readonly to: string;
}

/** What is changed in ODK Web Forms 0.22.0, and why. The build breaks when one of these no longer fits. */
const CHANGES: readonly Change[] = [
  {
    // A draft goes on under its own id; the component by itself can only begin a new form, or edit one that was sent.
    file: /index-[^/]+\.js$/,
    from: "const rA = resolvableFormInstanceInput(tA.editInstance), oA = await AA.editInstance(rA, nA);",
    to:
      "const oA = tA.editInstance.restored ? await AA.restoreInstance({ data: tA.editInstance.restored }, nA)" +
      " : await AA.editInstance(resolvableFormInstanceInput(tA.editInstance), nA);",
  },
  {
    // Its resetting styles are meant for a page of its own; ours are scoped to the form, in the style sheet.
    file: /index-[^/]+\.js$/,
    from: "tA.textContent = resetStyles, document.head.prepend(tA), ",
    to: "",
  },
  {
    file: /index-[^/]+\.js$/,
    from: 'return QA === 0 ? "" : QA === 1 ? "1 question with error." : `${QA} questions with errors.`;',
    to: 'return QA === 0 ? "" : engineWord("Questions to mend: {count}").replace("{count}", QA);',
  },
  {
    file: /index-[^/]+\.js$/,
    from: '" Location will be saved at "',
    to: '" " + engineWord("Location will be saved at") + " "',
  },
  {
    file: /index-[^/]+\.js$/,
    from: '" Previous saved location at "',
    to: '" " + engineWord("Previous saved location at") + " "',
  },
  {
    file: /index-[^/]+\.js$/,
    from: '"Time taken to capture location: "',
    to: 'engineWord("Time taken to capture location:") + " "',
  },
  ...["Accuracy", "Latitude", "Longitude"].map((name) => ({
    file: /index-[^/]+\.js$/,
    from: `"${name}: "`,
    to: `engineWord("${name}") + ": "`,
  })),
  { file: /index-[^/]+\.js$/, from: 'createTextVNode(" Add ", -1)', to: 'createTextVNode(engineWord("Add"), -1)' },
  { file: /index-[^/]+\.js$/, from: '"label-text" }, " Okay ", -1', to: '"label-text" }, engineWord("OK"), -1' },
  {
    file: /index-[^/]+\.js$/,
    from: '"🚧 Support for non-image uploads is pending. 🚧"',
    to: 'engineWord("This page cannot take such a file yet. Use the application on a phone for this question.")',
  },
  {
    // The field of a date is tied to its question's label.
    file: /index-[^/]+\.js$/,
    from: '"show-button-bar": "",\n      disabled: nA.value',
    to: '"show-button-bar": "", "input-id": eA.question.nodeId,\n      disabled: nA.value',
  },
  {
    // A day that is typed counts once it is whole: at 2026-03-1 the field would write 2026-03-01, and spoil the 12.
    file: /index-[^/]+\.js$/,
    from: 'QA = fA === "y" ? DA : 1,',
    to: "QA = DA,",
  },
  {
    // A trial of what the browser can do with pictures, as the page's policy allows it.
    file: /index-[^/]+\.js$/,
    from: 'new Worker("data:text/javascript;base64,".concat(cA))',
    to: 'new Worker(URL.createObjectURL(new Blob([atob(cA)], { type: "text/javascript" })))',
  },
  ...["eval(func);", "moduleExports[name] = eval(func);"].reverse().map((from) => ({
    // A way of its parser's loader that this parser does not take, and that the page's policy would not allow.
    file: /index-[^/]+\.js$/,
    from,
    to: 'throw new Error("No program is made of a text here.");',
  })),
  {
    // Nothing is fetched from outside: the map of a question shows points on an empty ground.
    file: /MapBlock-[^/]+\.js$/,
    from: '"https://tile.openstreetmap.org/{z}/{x}/{y}.png"',
    to: '"data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"',
  },
];

/** Whole sentences of the engine, each told in the reader's language; `--mode fill` checks that each is there. */
const SENTENCES: readonly string[] = [
  "An error occurred while loading this form",
  "Technical error details",
  "Condition not satisfied: constraint",
  "Condition not satisfied: required",
  "Good accuracy",
  "Poor accuracy",
  "Unknown accuracy",
  "Finding your location",
  "Save location",
  "Get location",
  "Try again",
  "Cannot access location",
  "Grant location permission in the browser settings and make sure location is turned on.",
  "Location unavailable. Enable GPS and browser permissions, then restart the form to try again.",
  "Rank items",
  "Take picture",
  "Choose image",
  "Captured image preview",
  "change language",
  "Change language",
  "Full Screen",
  "Zoom to fit",
  "Zoom to current location",
  "Undo last change",
  "Graphics issue detected",
  "Your browser cannot display the map now. Enable graphics acceleration settings.",
  "Remove selection",
  "Save selected",
  "No trace saved",
  "No shape saved",
  "No point saved",
  "Point saved",
  "Trace saved",
  "Shape saved",
  "Feature saved",
  "Capturing location...",
  "Remove point",
  "View details",
  "Press and drag to move a point",
  "Tap to place a point",
  "Tap to move point",
  "Use the location button to center on your current location",
];

/** Single words, which may mean something else in a program: only where they label something. */
const LABELS: readonly string[] = ["Send", "Cancel", "Remove", "Delete", "Save"];

function changed(code: string, id: string, met: Set<string>): string {
  let text = code;
  for (const { from, to } of CHANGES.filter((change) => change.file.test(id))) {
    if (!text.includes(from)) throw new Error(`ODK Web Forms no longer says: ${from}`);
    text = text.replace(from, to);
  }
  for (const sentence of SENTENCES.filter((one) => text.includes(`"${one}"`))) {
    met.add(sentence);
    text = text.replaceAll(`"${sentence}"`, `engineWord("${sentence}")`);
  }
  for (const label of LABELS) text = text.replaceAll(`label: "${label}"`, `label: engineWord("${label}")`);
  return `import { engineWord } from ${JSON.stringify(WORDS)};\n${text}`;
}

/** The styles of the engine without its fonts, for the reader's own are as good; start and end for left and right. */
function engineStyles(): string {
  const script = readFileSync(join(ENGINE, "index.js"), "utf8");
  const literal = /createTextNode\(('(?:[^'\\]|\\.)*')\)/.exec(script)?.[1];
  if (!literal) throw new Error("ODK Web Forms no longer keeps its styles where they were.");
  const css = new Function(`return ${literal}`)() as string;
  return css
    .replace(/@font-face\s*\{[^}]*\}/g, "")
    .replace('@charset "UTF-8";', "")
    .replace(/(margin|padding)-(left|right)\b/g, (_, box, side) => `${box}-inline-${sided(side)}`)
    .replace(/border-(left|right)(-width|-style|-color)?(?=:)/g, (_, side, part) => `border-inline-${sided(side)}${part ?? ""}`)
    .replace(/([;{])(left|right):(?!50%)/g, (_, before, side) => `${before}inset-inline-${sided(side)}:`)
    .replace(/(text-align|float):(left|right)/g, (_, what, side) => `${what}:${what === "float" ? "inline-" : ""}${sided(side)}`)
    .replace(/(^|\})body\{[^}]*\}/g, "$1");
}

function sided(side: string): string {
  return side === "left" ? "start" : "end";
}

/** ODK Web Forms as our pages use it. */
function engine(): Plugin {
  const met = new Set<string>();
  return {
    name: "engine",
    enforce: "pre",
    resolveId: (id) => (id === STYLES ? `\0${STYLES}` : null),
    load: (id) => (id === `\0${STYLES}` ? engineStyles() : null),
    transform(code, id) {
      if (!id.startsWith(ENGINE) || !id.endsWith(".js")) return null;
      if (id.endsWith("/index.js")) return code.slice(code.indexOf("import {"));
      return changed(code, id, met);
    },
    buildEnd(error) {
      const missing = SENTENCES.filter((sentence) => !met.has(sentence));
      if (!error && met.size && missing.length) throw new Error(`ODK Web Forms no longer says: ${missing.join("; ")}`);
    },
  };
}

const NOTICE =
  "/*! ODK Web Forms 0.22.0 (https://github.com/getodk/web-forms), Apache-2.0, changed as vite.config.fill.ts says; " +
  "with Vue, PrimeVue, OpenLayers and what they need, MIT and BSD. */";

const ENTRIES: Readonly<Record<string, string>> = {
  outbox: "src/fill/outbox.ts",
  fill: "src/fill/form.ts",
  "fill-worker": "src/fill/worker.ts",
};

export default defineConfig(({ mode }) => ({
  base: "./",
  publicDir: false,
  plugins: mode === "fill" ? [engine()] : [],
  define: {
    "process.env.NODE_ENV": '"production"',
    __VUE_OPTIONS_API__: "true",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  build: {
    outDir: "../waystation/front/static/front/build",
    emptyOutDir: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 5000, // the engine and its map; only the page of a form loads them, and keeps them
    rolldownOptions: {
      input: { [mode]: ENTRIES[mode] ?? "" },
      output: {
        format: mode === "fill-worker" ? "iife" : "es",
        comments: { legal: true },
        ...(mode === "fill" ? { postBanner: NOTICE } : {}),
        codeSplitting: false,
        entryFileNames: "[name].js",
        assetFileNames: `${mode}[extname]`,
      },
    },
  },
}));
