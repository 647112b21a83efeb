/** What this device keeps: filled forms with their files, and the forms themselves by their hash. */
import { done, FILLED, FORMS, within } from "./database";

/**
 * How far a filled form has come. `draft` goes on being filled in; `saved` is complete and only just kept here;
 * `needs` was refused, and a person must mend it.
 */
export type State = "draft" | "saved" | "waiting" | "sending" | "sent" | "needs";

export interface KeptFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: ArrayBuffer; // not a Blob: some browsers lose those that lie in a database
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** One filled form. It belongs to the user name that filled it in, and nobody else is shown it. */
export interface Filled {
  readonly id: string;
  readonly owner: string;
  readonly form: string;
  readonly title: string;
  readonly address: string;
  readonly hash: string;
  readonly xml: string;
  readonly files: readonly KeptFile[];
  readonly state: State;
  readonly changed: number;
  readonly tries: number;
  readonly next: number; // the moment before which it is not sent again by itself
  readonly refusal: Refusal | null;
}

interface KeptForm {
  readonly hash: string;
  readonly xml: string;
}

/** What the server has not got yet. */
export const UNSENT: ReadonlySet<State> = new Set(["saved", "waiting", "sending", "needs"]);

const CHANNEL = "waystation-fill";
const ours = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);

function announce(): void {
  ours?.postMessage(null);
}

/** Do something whenever what is kept has changed, in this page or another. */
export function onChange(act: () => void): void {
  if (typeof BroadcastChannel !== "undefined") new BroadcastChannel(CHANNEL).addEventListener("message", act);
}

/** A new id, also where the page came over plain HTTP. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keep a filled form, in the place of what was kept under its id. */
export async function keep(filled: Filled): Promise<void> {
  await within(FILLED, "readwrite", (filleds) => done(filleds.put(filled)));
  announce();
}

/** One filled form of somebody. */
export async function filledCalled(owner: string, id: string): Promise<Filled | null> {
  const found = await within(FILLED, "readonly", (filleds) => done<Filled | undefined>(filleds.get(id)));
  return found?.owner === owner ? found : null;
}

/** All that somebody filled in on this device, oldest first. */
export async function filledBy(owner: string): Promise<Filled[]> {
  const found = await within(FILLED, "readonly", (filleds) => done<Filled[]>(filleds.index("owner").getAll(owner)));
  return found.sort((one, other) => one.changed - other.changed);
}

/** Change a filled form that is still in one of some states; null when it is not, or is gone. */
export async function change(id: string, from: readonly State[], to: Partial<Filled>): Promise<Filled | null> {
  const after = await within(FILLED, "readwrite", async (filleds) => {
    const found = await done<Filled | undefined>(filleds.get(id));
    if (!found || !from.includes(found.state)) return null;
    const next = { ...found, ...to };
    await done(filleds.put(next));
    return next;
  });
  if (after) announce();
  return after;
}

/** Remove filled forms from this device. */
export async function forget(ids: readonly string[]): Promise<void> {
  await within(FILLED, "readwrite", (filleds) => Promise.all(ids.map((id) => done(filleds.delete(id)))));
  announce();
}

/** Keep a form as it is today; a draft goes on with the questions it began with. */
export async function keepForm(form: KeptForm): Promise<void> {
  await within(FORMS, "readwrite", (forms) => done(forms.put(form)));
}

/** A form by its hash. */
export async function formCalled(hash: string): Promise<string | null> {
  return (await within(FORMS, "readonly", (forms) => done<KeptForm | undefined>(forms.get(hash))))?.xml ?? null;
}

/** Remove every form that was kept; drafts must be gone. */
export async function forgetForms(): Promise<void> {
  await within(FORMS, "readwrite", (forms) => done(forms.clear()));
}
