/** What is shown of a value in a notebook: the same in several MIME types, of which the notebook takes the best that it can show. */
export interface DisplayBundle {
  readonly "text/plain": string;
  readonly "text/html"?: string;
  readonly "image/svg+xml"?: string;
  /** Base64. */
  readonly "image/png"?: string;
}

/** Jupyter kernels for JavaScript ask a value for this method where it is the last expression of a cell. */
export const jupyterDisplay = Symbol.for("Jupyter.display");

/**
 * Gives a plain object what notebooks show of it. The method is not enumerable, so that the object stays the data that it was when
 * it is copied, compared, printed or written as JSON.
 */
export function displayed<T extends object>(
  value: T,
  show: (value: T) => DisplayBundle | Promise<DisplayBundle>,
): T {
  return Object.defineProperty(value, jupyterDisplay, {
    value: () => show(value),
    enumerable: false,
    configurable: true,
  });
}
