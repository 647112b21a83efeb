/** The browser's database: opened once, and written to in whole transactions. */

const NAME = "waystation-fill";
const VERSION = 1;

export const FILLED = "filled";
export const FORMS = "forms";

/** What a request of the database answers. */
export function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The database of this browser failed."));
  });
}

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(FILLED, { keyPath: "id" }).createIndex("owner", "owner");
      request.result.createObjectStore(FORMS, { keyPath: "hash" });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      resolve(request.result);
    };
    request.onerror = () => {
      opened = null;
      reject(request.error ?? new Error("The database of this browser did not open."));
    };
  });
  return opened;
}

/** Within one transaction, which is on the disk when the promise is kept. */
export async function within<Value>(
  store: string,
  mode: IDBTransactionMode,
  act: (objects: IDBObjectStore) => Promise<Value>,
): Promise<Value> {
  const transaction = (await open()).transaction(store, mode, { durability: "strict" });
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("This device did not keep it."));
  });
  ended.catch(() => undefined); // where the act itself fails, that is what is told
  const value = await act(transaction.objectStore(store));
  await ended;
  return value;
}
