/**
 * The service worker of /collect/fill/: keeps the pages, scripts and forms that were opened once, and sends what waits
 * when the network returns. The server puts a line before it that names the files of this version.
 */
import { sendWaiting } from "./sending";

interface Extended extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

interface Fetched extends Extended {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface Scope extends EventTarget {
  readonly FILES: readonly string[];
  readonly VERSION: string;
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const scope = self as unknown as Scope;
const SHELLS = "waystation-fill-shell-";
const SHELL = `${SHELLS}${scope.VERSION}`;
const PAGES = "waystation-fill-pages";
const FORMS = "waystation-fill-forms";
const OWNER = "Waystation-Owner";
const ANY = { ignoreVary: true }; // a page differs by language and by reader; what is kept is the one that was read
const PATIENCE = 5_000; // on a slow network what is kept is shown sooner than the network fails

async function install(): Promise<void> {
  const cache = await caches.open(SHELL);
  await cache.addAll([...scope.FILES]);
  await scope.skipWaiting();
}

/** Fetch the kept pages anew, for they name the files of the version that made them. Whether all could be. */
async function refreshPages(): Promise<boolean> {
  const cache = await caches.open(PAGES);
  const refreshed = (await cache.keys()).map(async (request) => {
    const response = await fetch(request.url, { headers: { Accept: "text/html" } }).catch(() => null);
    const isPage = response?.ok && !response.redirected;
    if (isPage) await keepPage(new URL(request.url).pathname, response);
    return Boolean(isPage);
  });
  return (await Promise.all(refreshed)).every(Boolean);
}

/** Let go of the files of earlier versions, unless a kept page still names them. */
async function activate(): Promise<void> {
  const isFresh = await refreshPages();
  const old = (await caches.keys()).filter((name) => name.startsWith(SHELLS) && name !== SHELL);
  if (isFresh) await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** Keep a page; those of whoever was signed in before go first. */
async function keepPage(address: string, response: Response): Promise<void> {
  const owner = response.headers.get(OWNER);
  if (!owner) return;
  const cache = await caches.open(PAGES);
  for (const request of await cache.keys()) {
    const kept = await cache.match(request, ANY);
    if (kept?.headers.get(OWNER) !== owner) await cache.delete(request, ANY);
  }
  await cache.delete(address, ANY);
  await cache.put(address, response);
}

function later<Value>(milliseconds: number, value: Value): Promise<Value> {
  return new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));
}

/** The page from the network; where that is slow or gone, as it was kept. */
async function page(request: Request): Promise<Response> {
  const address = new URL(request.url).pathname;
  const cache = await caches.open(PAGES);
  const kept = await cache.match(address, ANY);
  const fetched = fetch(request).then((response) => {
    if (response.ok) void keepPage(address, response.clone());
    return response;
  });
  const first = await Promise.race([fetched.catch(() => null), ...(kept ? [later(PATIENCE, null)] : [])]);
  return first ?? kept ?? (await cache.match(new URL(scope.registration.scope).pathname, ANY)) ?? fetched;
}

/** A form, or a file of one: under its address it never changes. */
async function once(request: Request): Promise<Response> {
  const cache = await caches.open(FORMS);
  const kept = await cache.match(request, ANY);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) void cache.put(request, response.clone());
  return response;
}

/** A script, style or picture of this version or, while a kept page still names it, of one before. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request, ANY)) ?? fetch(request);
}

function answer(event: Fetched): void {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (address.searchParams.has("hash")) event.respondWith(once(request));
  else if (["script", "style", "image"].includes(request.destination)) event.respondWith(file(request));
}

/** What the browser asks once there is a network again; where something is left, it asks once more later. */
async function send(): Promise<void> {
  const outcome = await sendWaiting(null, new URL("session", scope.registration.scope).href, true);
  if (outcome === "offline" || outcome === "later") throw new Error("Not everything could be sent yet.");
}

scope.addEventListener("install", (event) => (event as Extended).waitUntil(install()));
scope.addEventListener("activate", (event) => (event as Extended).waitUntil(activate()));
scope.addEventListener("fetch", (event) => answer(event as Fetched));
scope.addEventListener("sync", (event) => (event as Extended).waitUntil(send()));
