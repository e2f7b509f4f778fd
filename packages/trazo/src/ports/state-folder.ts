/** What a state may hold: JSON, numbers of any kind (infinite ones too), and arrays of float32. */
export type StateValue =
  | null
  | boolean
  | number
  | string
  | Float32Array
  | readonly StateValue[]
  | { readonly [key: string]: StateValue };

/** A state that was found, and what there is to say about it. */
export interface FoundState {
  readonly state: StateValue;
  /** Set when the latest state was damaged and the one before it was taken. */
  readonly warning: string | undefined;
}

/** A folder with the states of one run, which no other process may use meanwhile. */
export interface StateFolder {
  /** As in messages. */
  readonly path: string;
  /** The latest state that is whole; undefined when there is none. @throws TrazoError when all are damaged */
  load(): Promise<FoundState | undefined>;
  /** Writes a state. At any moment a reader finds a whole one. @throws TrazoError when it cannot be written, or another process has taken the folder */
  save(state: StateValue): Promise<void>;
  /** @throws TrazoError when another process has taken the folder */
  requireNotTaken(): Promise<void>;
  /** Removes the states; the folder too, once it is released, unless something else is in it. */
  clear(): Promise<void>;
  /** Lets others use the folder. */
  release(): Promise<void>;
}
