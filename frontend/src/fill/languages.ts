/** Which of a form's languages is the reader's, and which way it runs. A form names its languages as its author likes. */

const KNOWN = ["ar", "fa", "ur", "ps", "ckb", "he", "en", "fr", "es", "pt", "so", "am", "ti", "sw", "ha", "uk", "ru", "my"];
const FROM_THE_RIGHT = new Set(["ar", "fa", "ur", "ps", "ckb", "he", "sd", "ug", "dv", "yi"]);
const CODE = /\((?<code>[a-z]{2,3})(?:[-_][\w-]+)?\)\s*$/i;

function names(code: string): string[] {
  return ["en", "fr", code].map((reader) => new Intl.DisplayNames([reader], { type: "language" }).of(code) ?? code);
}

/** The code of a language by what a form calls it: `English (en)`, `en`, `Arabic` or `العربية`; empty when unknown. */
export function codeOf(label: string): string {
  const code = CODE.exec(label)?.groups?.code?.toLowerCase();
  if (code) return code;
  const word = label.trim().toLowerCase();
  return KNOWN.find((known) => known === word || names(known).some((name) => name.toLowerCase() === word)) ?? "";
}

/** Which way a language runs. */
export function directionOf(code: string): "ltr" | "rtl" {
  return FROM_THE_RIGHT.has(code) ? "rtl" : "ltr";
}
