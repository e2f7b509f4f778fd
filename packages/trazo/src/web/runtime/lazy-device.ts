import type { Device, DeviceSession, DeviceTensor } from "../../runtime/device.js";
import type { Tensor } from "../../tensor.js";

/** A device whose code is loaded when it is first used. */
export class LazyDevice implements Device {
  /** WebGPU promises no more for one array. */
  readonly mostBytes = 2 ** 27;
  readonly #make: () => Promise<Device>;
  #made: Promise<Device> | undefined;

  constructor(make: () => Promise<Device>) {
    this.#make = make;
  }

  async load(model: Uint8Array, kept: ReadonlySet<string>): Promise<DeviceSession> {
    return await (await this.#device()).load(model, kept);
  }

  async put(tensor: Tensor): Promise<DeviceTensor> {
    return await (await this.#device()).put(tensor);
  }

  async take(tensor: DeviceTensor): Promise<Tensor> {
    return await (await this.#device()).take(tensor);
  }

  #device(): Promise<Device> {
    this.#made ??= this.#make();
    return this.#made;
  }
}
