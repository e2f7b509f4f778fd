import type { Tensor } from "../tensor.js";

/** A tensor in the memory of a device. */
export interface DeviceTensor {
  readonly isOnDevice: true;
  /** Frees its memory. It cannot be used afterwards. */
  free(): void;
}

/** Tensors by the names that the graph gives them, wherever they are. */
export type DeviceFeeds = Readonly<Record<string, Tensor | DeviceTensor>>;

/** What a run gives. */
export interface DeviceResults {
  /** On the device: the caller's to free. */
  readonly kept: Readonly<Record<string, DeviceTensor>>;
  /** Copied from it. */
  readonly brought: Readonly<Record<string, Tensor>>;
}

/** A graph ready to run on a device. */
export interface DeviceSession {
  /** @param feeds one tensor an input; what is not on the device is brought there for this run */
  run(feeds: DeviceFeeds): Promise<DeviceResults>;
  /** The session cannot be used afterwards. */
  release(): Promise<void>;
}

/** A processor with memory of its own, where a model's state stays while it trains. */
export interface Device {
  /** Bytes that one tensor may have there. */
  readonly mostBytes: number;
  /** @param kept outputs that stay on the device */
  load(model: Uint8Array, kept: ReadonlySet<string>): Promise<DeviceSession>;
  /** Brings a tensor there. */
  put(tensor: Tensor): Promise<DeviceTensor>;
  /** Copies a tensor from there. */
  take(tensor: DeviceTensor): Promise<Tensor>;
}
