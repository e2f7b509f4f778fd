import { existsSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Callback, Logs, TrainingModel } from "../../callbacks/callback.js";
import { maskedCrc32c } from "../../callbacks/crc32c.js";
import { defineCallback } from "../../callbacks/define-callback.js";
import { path } from "../../callbacks/options.js";
import { TrazoError } from "../../errors.js";
import type { OptionsOf } from "../../schema/define.js";
import { withDefault } from "../../schema/option.js";
import { StateFields } from "../../state/state-fields.js";
import { explainFileError } from "../files/atomic-file.js";
import { makeFolder } from "../files/make-folder.js";

export type TensorBoardOptions = OptionsOf<typeof tensorBoard>;

/**
 * Writes the curves of each epoch as TensorBoard event files: `epoch_loss`, `epoch_accuracy`, … under `train/` and
 * `validation/`, and `epoch_learning_rate` under `train/` (Keras's `TensorBoard` callback with its default
 * `update_freq="epoch"`; graphs, histograms and profiles are not written).
 *
 * @throws TrazoError when training begins and the folder cannot be written
 * @example
 * ```ts
 * const board = callbacks.tensorBoard({ logDir: "logs/first" }); // tensorboard --logdir logs
 * ```
 */
export const tensorBoard = defineCallback({
  className: "TensorBoard",
  options: {
    /** Folder for the event files, in `train/` and `validation/` as Keras has them. Default `logs`. */
    logDir: withDefault(path(), "logs"),
  },
  create({ logDir }): Callback {
    const train = new EventFile(join(logDir, "train"));
    const validation = new EventFile(join(logDir, "validation"));
    let model: TrainingModel | undefined;
    return {
      getState: () => ({ train: train.state, validation: validation.state }),
      setState(state) {
        const before = new StateFields(state, "TensorBoard");
        train.restore(before.optional("train", () => eventFileState(before.object("train"))));
        validation.restore(before.optional("validation", () => eventFileState(before.object("validation"))));
      },
      onTrainBegin() {
        train.begin();
        validation.begin();
      },
      setModel: (trained) => {
        model = trained;
      },
      onEpochEnd(epoch, logs) {
        const { trained, validated } = separate(logs);
        if (model) trained.epoch_learning_rate = model.optimizer.learningRate;
        train.scalars(epoch, trained);
        if (Object.keys(validated).length > 0) validation.scalars(epoch, validated);
      },
    };
  },
});

function separate(logs: Logs): { trained: Logs; validated: Logs } {
  const trained: Logs = {};
  const validated: Logs = {};
  for (const [key, value] of Object.entries(logs)) {
    if (key.startsWith("val_")) validated[`epoch_${key.slice(4)}`] = value;
    else if (key !== "lr" && key !== "learning_rate") trained[`epoch_${key}`] = value;
  }
  return { trained, validated };
}

/** A file in use and its length: 0 before the first event. */
type EventFileState = { readonly name: string; readonly length: number };

function eventFileState(fields: StateFields): EventFileState {
  const name = fields.text("name");
  if (basename(name) === name) return { name, length: fields.whole("length", 0) };
  throw new TrazoError(`The saved state cannot be used: "${name}" is not the name of an event file.`);
}

/** One file of `tensorflow.Event` records; made at the first of them. */
class EventFile {
  readonly #folder: string;
  #name: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Null before training begins. */
  get state(): EventFileState | null {
    if (this.#name === undefined) return null;
    const path = join(this.#folder, this.#name);
    return { name: this.#name, length: existsSync(path) ? statSync(path).size : 0 };
  }

  /**
   * Chooses a new file's name. A state that is saved before the first event holds it already: so a resumed run finds what was
   * written after that state.
   */
  begin(): void {
    const seconds = Math.floor(Date.now() / 1000);
    this.#name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.0.v2`;
  }

  /** Resumes in the file of an interrupted run, without the events after its saved state. */
  restore(state: EventFileState | undefined): void {
    if (!state) return;
    const path = join(this.#folder, state.name);
    if (existsSync(path)) {
      if (state.length === 0) rmSync(path);
      else if (statSync(path).size >= state.length) truncateSync(path, state.length);
      // Its first events are lost: what is there stays, and a new file takes the next ones.
      else return;
    }
    this.#name = state.name;
  }

  scalars(step: number, values: Logs): void {
    try {
      const path = join(this.#folder, this.#current());
      writeFileSync(path, record(scalarEvent(step, values)), { flag: "a" });
    } catch (cause) {
      throw new TrazoError(
        `TensorBoard's events cannot be written to ${this.#folder}: ${explainFileError(cause as NodeJS.ErrnoException)}.`,
        { cause },
      );
    }
  }

  /** The file's name; the file is made when there is none yet, or it was removed. */
  #current(): string {
    if (this.#name === undefined) this.begin();
    const name = this.#name as string;
    if (existsSync(join(this.#folder, name))) return name;
    makeFolder(this.#folder);
    writeFileSync(join(this.#folder, name), record(versionEvent()));
    return name;
  }
}

/** A TFRecord: length, its checksum, the bytes, their checksum. */
function record(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(bytes.length + 16);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, maskedCrc32c(framed.subarray(0, 8)), true);
  framed.set(bytes, 12);
  view.setUint32(12 + bytes.length, maskedCrc32c(bytes), true);
  return framed;
}

// Field numbers of tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.
const event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const summaryValue = 1;
const value = { tag: 1, simpleValue: 2 } as const;

function begin(): BinaryWriter {
  return new BinaryWriter().tag(event.wallTime, WireType.Bit64).double(Date.now() / 1000);
}

function versionEvent(): Uint8Array {
  return begin().tag(event.fileVersion, WireType.LengthDelimited).string("brain.Event:2").finish();
}

function scalarEvent(step: number, values: Logs): Uint8Array {
  const writer = begin().tag(event.step, WireType.Varint).int64(step);
  writer.tag(event.summary, WireType.LengthDelimited).fork();
  for (const [tag, scalar] of Object.entries(values)) {
    writer.tag(summaryValue, WireType.LengthDelimited).fork();
    writer.tag(value.tag, WireType.LengthDelimited).string(tag);
    writer.tag(value.simpleValue, WireType.Bit32).float(scalar);
    writer.join();
  }
  return writer.join().finish();
}
