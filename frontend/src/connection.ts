/** Tells the reader, in words the server translated, when a part of the page could not be brought up to date. */

const FIRST_SERVER_FAULT = 500;

interface Exchange {
  ctx?: { response?: { status?: number } };
}

function say(key: "offline" | "failed" | null): void {
  const notice = document.getElementById("notice");
  if (!notice) return;
  notice.textContent = key ? (notice.dataset[key] ?? "") : "";
  notice.hidden = !key;
}

function judge(event: Event): void {
  const status = (event as CustomEvent<Exchange>).detail.ctx?.response?.status ?? 0;
  if (status >= FIRST_SERVER_FAULT) say("failed");
}

/** Watch htmx's exchanges and the browser's own word on being offline. */
export function watchConnection(): void {
  document.addEventListener("htmx:error", () => say("offline"));
  document.addEventListener("htmx:response:error", judge);
  document.addEventListener("htmx:before:request", () => say(null));
  window.addEventListener("offline", () => say("offline"));
  window.addEventListener("online", () => say(null));
}
