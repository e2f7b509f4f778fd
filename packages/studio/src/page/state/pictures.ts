import { batch, computed, signal } from "@preact/signals";
import { toBase64 } from "../../protocol/base64.js";
import {
  mostPictures,
  type PictureAnswer,
  type PictureSettings,
  pictureDefaults,
  pictureLimits,
} from "../../protocol/pictures.js";
import {
  type KeptPictures,
  keepPictures,
  keepSent,
  keptPictures,
  keptSent,
  onKeptElsewhere,
} from "../pictures/kept-pictures.js";
import { forget, type Picture, pictureOf, withUrl } from "../pictures/picture.js";
import { PictureTooLarge } from "../pictures/picture-size.js";
import { pixelsOf, pixelsOfFile, squareOfFile } from "../pictures/square.js";
import { newName } from "./new-name.js";
import type { StudioState } from "./studio.js";

/** A class of pictures that a network is to tell from others. */
export interface PictureClass {
  readonly id: number;
  readonly name: string;
  readonly pictures: readonly Picture[];
}

/** What became of pictures that were added. */
export interface AddedPictures {
  readonly added: number;
  readonly duplicates: number;
  readonly unreadable: readonly string[];
  /** These have too many pixels. */
  readonly huge: readonly string[];
  /** There was no more room for these. */
  readonly left: number;
}

/** The pictures that a training was given, in their order; undefined for those that are gone since. */
interface SentPictures {
  readonly mark: string;
  readonly pictures: readonly (Picture | undefined)[];
}

type Added = "added" | "duplicate" | "full" | "gone" | "huge" | "unreadable";

/** Tells what became of a file or picture. */
type Tell = (what: Added, name: string) => void;

/** How many of the pictures that were given have been read. */
interface ReadingProgress {
  readonly done: number;
  readonly total: number;
}

/** How sure a network is of each class, for one picture. */
export type Answer = readonly number[];

type Settings = Omit<PictureSettings, "classes">;

/** Milliseconds after which changes are kept. */
const keepMs = 400;

/** Somebody's own pictures, and the network that learns to tell them apart. */
export class PicturesState {
  readonly classes = signal<readonly PictureClass[]>([]);
  /** What was kept is there: before that, a change would be lost. */
  readonly isOpen = signal(false);
  readonly settings = signal<Settings>(pictureDefaults);
  /** How far files have been read; undefined while none are. */
  readonly reading = signal<ReadingProgress | undefined>(undefined);
  readonly isReading = computed(() => this.reading.value !== undefined);
  readonly added = signal<AddedPictures | undefined>(undefined);
  /** The browser would not keep them. */
  readonly isUnkept = signal(false);
  /** The pictures are on their way to the engine. */
  readonly isSending = signal(false);
  readonly count = computed(() => this.classes.value.reduce((sum, { pictures }) => sum + pictures.length, 0));
  readonly most = computed(() => mostPictures(this.settings.value.side, this.settings.value.channels));

  readonly #studio: StudioState;
  #classCount = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpening = false;
  readonly #sent = signal<SentPictures | undefined>(undefined);
  /** Files are read one after another, whatever is dropped meanwhile. */
  #reading: Promise<void> = Promise.resolve();

  constructor(studio: StudioState) {
    this.#studio = studio;
  }

  get run() {
    return this.#studio.pictureRun.value;
  }

  /** The pictures that the last training was given, where this device has them. */
  get sent(): readonly (Picture | undefined)[] {
    const sent = this.#sent.value;
    return sent && sent.mark === this.run?.mark ? sent.pictures : [];
  }

  /** Has the classes that were kept, the first time that it is called. @param names of classes to begin with */
  async open(names: readonly string[]): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    await this.#recall();
    batch(() => {
      if (this.classes.value.length === 0) this.classes.value = names.map((name) => this.#newClass(name));
      this.isOpen.value = true;
    });
    onKeptElsewhere(() => {
      // What is being read here is kept soon, and told in turn.
      if (!this.isReading.value && this.#timer === undefined) void this.#recall();
    });
  }

  change(settings: Partial<Settings>): void {
    this.settings.value = { ...this.settings.value, ...settings };
    this.#keep();
  }

  addClass(name: string): PictureClass {
    const made = this.#newClass(name);
    this.classes.value = [...this.classes.value, made];
    this.#keep();
    return made;
  }

  rename(id: number, name: string): void {
    this.#changeClass(id, (one) => ({ ...one, name: shortened(name) }));
  }

  removeClass(id: number): void {
    const gone = this.classes.value.find((one) => one.id === id);
    for (const picture of gone?.pictures ?? []) this.#forget(picture);
    this.classes.value = this.classes.value.filter((one) => one.id !== id);
    this.#keep();
  }

  removePicture(id: number, picture: Picture): void {
    this.#forget(picture);
    this.#changeClass(id, (one) => ({ ...one, pictures: one.pictures.filter((other) => other !== picture) }));
  }

  /** Reads files into a class. */
  async addFiles(id: number, files: readonly File[]): Promise<void> {
    await this.#adding(files.length, async (tell) => {
      for (const file of files) tell(await this.#addFile(id, file), file.name);
    });
  }

  /** Reads the files of each folder into a class of its name. */
  async addFolders(folders: ReadonlyMap<string, readonly File[]>): Promise<void> {
    await this.#addClasses(folders, async (id, file, tell) => tell(await this.#addFile(id, file), file.name));
  }

  /** Adds pictures to classes of these names. */
  async addSquares(classes: ReadonlyMap<string, readonly OffscreenCanvas[]>): Promise<void> {
    await this.#addClasses(classes, async (id, square, tell) =>
      tell(this.#add(id, await pictureOf(square)), ""),
    );
  }

  /** Adds a picture from the camera, the paper or elsewhere. @returns whether it is new */
  async addSquare(id: number, square: OffscreenCanvas): Promise<boolean> {
    return this.#add(id, await pictureOf(square)) === "added";
  }

  /** Sends all pictures to be trained with. */
  async train(): Promise<void> {
    if (this.isSending.value) return;
    this.isSending.value = true;
    try {
      await this.#send();
    } catch {
      // What the engine refuses is told already: it is a kept picture that cannot be read.
      this.#studio.problem.tell({ kind: "picturesGone" }, "pictures");
    } finally {
      this.isSending.value = false;
    }
  }

  async #send(): Promise<void> {
    const classes = this.classes.value.filter(({ pictures }) => pictures.length > 0);
    // The knobs may be turned meanwhile.
    const settings = { ...this.settings.value, classes: classes.map(({ name }) => name.trim()) };
    const pictures = classes.flatMap((one) => one.pictures);
    const labels = classes.flatMap(({ pictures }, label) => pictures.map(() => label));
    const size = settings.side * settings.side * settings.channels;
    const all = new Uint8Array(pictures.length * size);
    for (const [i, { blob }] of pictures.entries()) all.set(await pixelsOfFile(blob, settings), i * size);
    const mark = newName();
    const before = this.#sent.value;
    this.#sent.value = { mark, pictures };
    const begun = await this.#studio.ask("trainPictures", { settings, labels, pixels: toBase64(all), mark });
    if (begun) void keepSent({ mark, keys: pictures.map(({ key }) => key) });
    else this.#sent.value = before;
  }

  /** What the network answers to a square picture; undefined where there is no network. */
  async read(square: OffscreenCanvas): Promise<Answer | undefined> {
    const { run } = this;
    if (!run) return undefined;
    const pixels = toBase64(pixelsOf(square, run.settings));
    return (await this.#studio.ask("readPictures", { pixels }))?.probabilities[0];
  }

  /** Where the network looked when it took a picture for a class. */
  async heatOf({ picture, probabilities }: PictureAnswer) {
    const found = this.sent[picture];
    const { run } = this;
    if (!found || !run) return undefined;
    const pixels = toBase64(await pixelsOfFile(found.blob, run.settings));
    const of = probabilities.indexOf(Math.max(...probabilities));
    return await this.#studio.ask("heatPicture", { pixels, of });
  }

  #newClass(name: string): PictureClass {
    return { id: ++this.#classCount, name: shortened(name), pictures: [] };
  }

  #changeClass(id: number, change: (one: PictureClass) => PictureClass): void {
    this.classes.value = this.classes.value.map((one) => (one.id === id ? change(one) : one));
    this.#keep();
  }

  #adding(total: number, add: (tell: Tell) => Promise<void>): Promise<void> {
    this.#reading = this.#reading.then(() => this.#addNow(total, add));
    return this.#reading;
  }

  async #addNow(total: number, add: (tell: Tell) => Promise<void>): Promise<void> {
    const counts = { added: 0, duplicate: 0, full: 0, gone: 0 };
    const names = { unreadable: [] as string[], huge: [] as string[] };
    let done = 0;
    this.reading.value = { done, total };
    await add((what, name) => {
      if (what === "unreadable" || what === "huge") names[what].push(name);
      else counts[what]++;
      this.reading.value = { done: ++done, total };
    });
    batch(() => {
      this.reading.value = undefined;
      this.added.value = { added: counts.added, duplicates: counts.duplicate, left: counts.full, ...names };
    });
  }

  async #addClasses<T>(
    classes: ReadonlyMap<string, readonly T[]>,
    add: (id: number, one: T, tell: Tell) => Promise<void>,
  ): Promise<void> {
    const total = [...classes.values()].reduce((sum, { length }) => sum + length, 0);
    await this.#adding(total, async (tell) => {
      // Those that nobody has filled were there for a beginning only.
      this.classes.value = this.classes.value.filter(({ pictures }) => pictures.length > 0);
      const filling = [...classes].map(([name, all]) => {
        const { id } = this.classes.value.find((one) => one.name === shortened(name)) ?? this.addClass(name);
        return { id, all };
      });
      const longest = Math.max(0, ...filling.map(({ all }) => all.length));
      // By turns: where there is not room for all, each class has its share of it.
      for (let i = 0; i < longest; i++) {
        for (const { id, all } of filling) if (i < all.length) await add(id, all[i] as T, tell);
      }
    });
  }

  async #addFile(id: number, file: File): Promise<Added> {
    if (this.count.value >= this.most.value) return "full";
    try {
      return this.#add(id, await pictureOf(await squareOfFile(file)));
    } catch (error) {
      return error instanceof PictureTooLarge ? "huge" : "unreadable";
    }
  }

  #add(id: number, picture: Picture): Added {
    const reason = this.#reasonAgainst(id, picture);
    if (reason) {
      forget(picture);
      return reason;
    }
    this.#changeClass(id, (one) => ({ ...one, pictures: [...one.pictures, picture] }));
    return "added";
  }

  #reasonAgainst(id: number, { key }: Picture): Added | undefined {
    const classes = this.classes.value;
    // It was removed while its files were being read.
    if (!classes.some((one) => one.id === id)) return "gone";
    if (classes.some(({ pictures }) => pictures.some((known) => known.key === key))) return "duplicate";
    return this.count.value >= this.most.value ? "full" : undefined;
  }

  /** A picture that is shown among the mistakes stays. */
  #forget(picture: Picture): void {
    if (!this.sent.includes(picture)) forget(picture);
  }

  /** Has what this device keeps instead of what is here. */
  async #recall(): Promise<void> {
    const [kept, sent] = await Promise.all([keptPictures(), keptSent()]);
    const old = this.classes.value.flatMap(({ pictures }) => pictures);
    batch(() => {
      if (kept) this.#take(kept);
      if (sent) this.#sent.value = { mark: sent.mark, pictures: this.#byKeys(sent.keys) };
    });
    if (kept) for (const picture of old) this.#forget(picture);
  }

  #take({ classes, settings }: KeptPictures): void {
    this.settings.value = settings;
    this.classes.value = classes.map(({ name, pictures }) => ({
      ...this.#newClass(name),
      pictures: pictures.map(({ blob, key }) => withUrl(blob, key)),
    }));
  }

  #byKeys(keys: readonly string[]): (Picture | undefined)[] {
    const known = new Map(
      this.classes.value.flatMap(({ pictures }) => pictures.map((one) => [one.key, one] as const)),
    );
    return keys.map((key) => known.get(key));
  }

  #keep(): void {
    // What is kept would be lost.
    if (!this.isOpen.value) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      this.#timer = undefined;
      const classes = this.classes.value.map(({ name, pictures }) => ({
        name,
        pictures: pictures.map(({ blob, key }) => ({ blob, key })),
      }));
      this.isUnkept.value = !(await keepPictures({ classes, settings: this.settings.value }));
    }, keepMs);
  }
}

/** A name as long as it may be; half a character at its end is left out. */
const shortened = (name: string): string => name.slice(0, pictureLimits.name).replace(/[\uD800-\uDBFF]$/, "");
