/** Sends what waits: from a page, or from the service worker when the network is back and no page is open. */
import { change, type Filled, filledBy, forget, type Refusal } from "./store";

const LOCK = "waystation-fill-send";
const FIRST_DELAY = 5_000;
const LONGEST_DELAY = 15 * 60_000;
const LONGEST_SENDING = 10 * 60_000;
const KEPT_WHEN_SENT = 24 * 60 * 60_000;
const SERVER_FAULT = 500;
const SERVER_BUSY = [408, 425, 429];
const CREATED = 201;
const NOT_SIGNED_IN = "access.not_signed_in";

/** How an attempt to send all that waits ended. */
export type Outcome = "done" | "later" | "offline" | "signed out";

interface Session {
  readonly username: string;
  readonly token: string;
  readonly send: string;
}

/** How long to wait before trying again, after so many tries in vain. */
export function delayAfter(tries: number): number {
  return Math.min(FIRST_DELAY * 2 ** Math.max(tries - 1, 0), LONGEST_DELAY);
}

/** What a JSON answer holds; null for anything else, such as the page of a hotel's network in place of the server. */
async function read<Answer>(response: Response): Promise<Answer | null> {
  if (!/^application\/(problem\+)?json/.test(response.headers.get("Content-Type") ?? "")) return null;
  return (await response.json().catch(() => null)) as Answer | null;
}

async function whoIsSignedIn(address: string): Promise<Session | Outcome> {
  const headers = { Accept: "application/json" };
  const response = await fetch(address, { headers, cache: "no-store" }).catch(() => null);
  const said = response && (await read<Session & Refusal>(response));
  if (!response || !said) return "offline";
  if (response.ok) return said;
  return said.code === NOT_SIGNED_IN ? "signed out" : "later";
}

function bodyOf(filled: Filled): FormData {
  const body = new FormData();
  body.set("by", filled.owner);
  body.set("xml_submission_file", new File([filled.xml], "form.xml", { type: "text/xml" }));
  for (const { name, type, bytes } of filled.files) body.set(name, new File([bytes], name, { type }));
  return body;
}

async function put(filled: Filled, session: Session): Promise<Outcome> {
  const response = await fetch(session.send, {
    method: "POST",
    body: bodyOf(filled),
    headers: { Accept: "application/json", "X-CSRFToken": session.token },
    signal: AbortSignal.timeout(LONGEST_SENDING),
  }).catch(() => null);
  const said = response && (await read<Refusal>(response));
  if (response?.status === CREATED && said) {
    // Only the receipt stays, for a day.
    await change(filled.id, ["sending"], { state: "sent", xml: "", files: [], refusal: null, changed: Date.now() });
    return "done";
  }
  const isRefused = response && said && response.status < SERVER_FAULT && !SERVER_BUSY.includes(response.status);
  if (isRefused && said.code !== NOT_SIGNED_IN) {
    const { code, message, remedy } = said;
    await change(filled.id, ["sending"], { state: "needs", refusal: { code, message, remedy } });
    return "done";
  }
  const tries = filled.tries + 1;
  await change(filled.id, ["sending"], { state: "waiting", tries, next: Date.now() + delayAfter(tries) });
  return response ? (isRefused ? "signed out" : "later") : "offline";
}

/** What waits now. Whoever holds the lock is the only sender, so that one marked as being sent was left by a crash. */
async function waitingOf(owner: string): Promise<Filled[]> {
  return (await filledBy(owner)).filter(({ state }) => state === "saved" || state === "waiting" || state === "sending");
}

async function sendAll(owner: string | null, address: string, isAsked: boolean): Promise<Outcome> {
  const session = await whoIsSignedIn(address);
  const isOther = typeof session !== "string" && owner !== null && session.username !== owner;
  if (typeof session === "string" || isOther) {
    for (const { id } of owner === null ? [] : await waitingOf(owner)) {
      await change(id, ["saved", "sending"], { state: "waiting" });
    }
    return typeof session === "string" ? session : "signed out";
  }
  await forgetSent(session.username);
  let outcome: Outcome = "done";
  for (const { id, next } of await waitingOf(session.username)) {
    if (!isAsked && next > Date.now()) {
      outcome = "later";
      continue;
    }
    const filled = await change(id, ["saved", "waiting", "sending"], { state: "sending" });
    const became = filled ? await put(filled, session) : "done";
    if (became === "offline" || became === "signed out") return became;
    if (became === "later") outcome = "later";
  }
  return outcome;
}

async function forgetSent(owner: string): Promise<void> {
  const old = Date.now() - KEPT_WHEN_SENT;
  const sent = (await filledBy(owner)).filter(({ state, changed }) => state === "sent" && changed < old);
  if (sent.length) await forget(sent.map(({ id }) => id));
}

/**
 * Send what waits, one sender at a time however many pages are open. `owner` is whose page it is; null sends for
 * whoever is signed in. When asked by a person or by the network's return, what failed a moment ago is tried, too.
 */
export function sendWaiting(owner: string | null, session: string, isAsked = false): Promise<Outcome> {
  const send = (): Promise<Outcome> => sendAll(owner, session, isAsked);
  // Without locks (a page over plain HTTP) two pages may send the same form, which the server takes as one.
  return "locks" in navigator ? navigator.locks.request(LOCK, send) : send();
}
