/** Words that the server translated, from the element marked data-words. Loaded before the engine, which asks for its own. */

const said: Readonly<Record<string, string>> = JSON.parse(
  document.querySelector<HTMLElement>("[data-words]")?.dataset.words ?? "{}",
) as Record<string, string>;

/** A sentence by its key, with values in the place of {names}. */
export function word(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return (said[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A sentence of the form's engine in the reader's language; as the engine says it where nobody translated it. */
export function engineWord(sentence: string): string {
  return said[sentence] ?? sentence;
}
