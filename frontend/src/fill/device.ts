/** This device: its service worker, its room for what is kept, and whether it has a network. */
import { filledBy, forget, forgetForms, newId, onChange, UNSENT } from "./store";
import { type Outcome, sendWaiting } from "./sending";
import { word } from "./words";

interface WithSync extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

const PAGES = "waystation-fill-pages";
const FORMS = "waystation-fill-forms";
const DEVICE = "waystation-device";
const ANY = { ignoreVary: true };

/** What the server says about the page: who filled it in, and the addresses it needs. */
export interface Frame {
  readonly owner: string;
  readonly session: string;
  readonly worker: string;
  readonly list: string;
}

/** The frame of the page, from the element marked data-fill. */
export function frameOf(element: HTMLElement): Frame {
  const { owner = "", session = "", worker = "", list = "" } = element.dataset;
  return { owner, session, worker, list };
}

/** Let the browser keep this page and what it needs, where it can: over HTTPS, or on this machine. */
export async function prepare(frame: Frame): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(frame.worker, { scope: frame.list });
  await navigator.serviceWorker.ready;
}

/** Keep a page and what it needs beside the scripts, so that it opens without a network. */
export async function keepOffline(page: string, needed: readonly string[]): Promise<void> {
  if (!("caches" in window)) return;
  const response = await fetch(page, { headers: { Accept: "text/html" } });
  const pages = await caches.open(PAGES);
  if (response.ok && !response.redirected) {
    await pages.delete(page, ANY);
    await pages.put(page, response);
  }
  const forms = await caches.open(FORMS);
  for (const address of needed) if (!(await forms.match(address, ANY))) await forms.add(address);
}

/** Whether a page opens without a network. */
export async function isKept(page: string): Promise<boolean> {
  return Boolean(await globalThis.caches?.open(PAGES).then((cache) => cache.match(page, ANY)));
}

/** Ask the browser never to clear what is kept to make room; asked when something is kept first. */
export async function askToPersist(): Promise<void> {
  if (navigator.storage?.persist && !(await navigator.storage.persisted())) await navigator.storage.persist();
}

/** Let the browser send when the network is back, even if no page of ours is open then. */
export async function sendInBackground(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as WithSync | undefined;
  await registration?.sync?.register("send").catch(() => undefined); // where that is refused the page sends
}

/** Send now and whenever there is reason to; tell how each attempt ended. */
export function keepSending(frame: Frame, tell: (outcome: Outcome) => void): (isAsked?: boolean) => Promise<void> {
  let timer = 0;
  const arm = async (): Promise<void> => {
    const waiting = (await filledBy(frame.owner)).filter(({ state }) => state === "waiting" || state === "saved");
    window.clearTimeout(timer);
    if (!waiting.length) return;
    const soonest = Math.min(...waiting.map(({ next }) => next)) - Date.now();
    timer = window.setTimeout(() => void send(), Math.max(soonest, 5_000));
  };
  const send = async (isAsked = false): Promise<void> => {
    const sending = sendWaiting(frame.owner, frame.session, isAsked).then(tell).then(arm);
    await sending.catch((reason: unknown) => console.warn("Sending failed.", reason));
  };
  window.addEventListener("online", () => void send(true));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void send(true));
  void send(true);
  return send;
}

/** Warn whoever signs out while something waits here; and take the pages that carry their name off the device. */
export function warnAtSignOut(owner: string): void {
  let unsent = 0;
  const count = async (): Promise<void> => {
    unsent = (await filledBy(owner)).filter(({ state }) => state === "draft" || UNSENT.has(state)).length;
  };
  onChange(() => void count());
  void count();
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.action.endsWith("/logout/")) return;
    if (unsent && !window.confirm(word("signOut", { count: unsent }))) event.preventDefault();
    else void globalThis.caches?.delete(PAGES);
  });
}

/** By which name forms know this device: it says nothing but that it is the same one. */
export function deviceId(): string {
  const known = localStorage.getItem(DEVICE) ?? `waystation:${newId()}`;
  localStorage.setItem(DEVICE, known);
  return known;
}

/** Remove all that this device keeps for somebody, and with it the forms and the pages. */
export async function forgetAll(owner: string): Promise<void> {
  await forget((await filledBy(owner)).map(({ id }) => id));
  await forgetForms();
  localStorage.removeItem(DEVICE);
  const names = (await globalThis.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith("waystation-fill-")).map((name) => caches.delete(name)));
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.unregister();
}
