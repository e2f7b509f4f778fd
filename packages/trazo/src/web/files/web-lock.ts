import { TrazoError } from "../../errors.js";

/** The part of the Web Locks API that is used (https://w3c.github.io/web-locks); Node's types do not have it. */
interface Browser {
  readonly navigator?: {
    readonly locks?: {
      request(
        name: string,
        options: { readonly ifAvailable: true },
        hold: (lock: object | null) => Promise<void>,
      ): Promise<void>;
    };
  };
}

/**
 * Locks a name for this page or worker, among all of the origin. Where there are no such locks, nothing is locked.
 *
 * @returns what releases it
 * @throws TrazoError when another one has locked it
 */
export function lockName(name: string): Promise<() => void> {
  const { locks } = (globalThis as unknown as Browser).navigator ?? {};
  if (!locks) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    const held = locks.request(`trazo ${name}`, { ifAvailable: true }, (lock) => {
      if (lock) return new Promise<void>((release) => resolve(release));
      reject(
        new TrazoError(
          `${name} is in use: another page or worker trains there. Wait for it to end, or give another backupDir.`,
        ),
      );
      return Promise.resolve();
    });
    held.catch(reject);
  });
}
