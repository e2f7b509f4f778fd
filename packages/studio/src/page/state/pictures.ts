import { batch, computed, signal } from "@preact/signals";
import { toBase64 } from "../../protocol/base64.js";
import {
  mostPictures,
  type PictureAnswer,
  type PictureSettings,
  pictureDefaults,
  pictureLimits,
} from "../../protocol/pictures.js";
import { keepPictures, keptPictures } from "../pictures/kept-pictures.js";
import { forget, type Picture, pictureOf, withUrl } from "../pictures/picture.js";
import { pixelsOf, squareOfFile } from "../pictures/square.js";
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
  /** There was no more room for these. */
  readonly left: number;
}

/** How sure a network is of each class, for one picture. */
export type Answer = readonly number[];

type Settings = Omit<PictureSettings, "classes">;

/** Milliseconds after which changes are kept. */
const keepMs = 400;

/** Somebody's own pictures, and the network that learns to tell them apart. */
export class PicturesState {
  readonly classes = signal<readonly PictureClass[]>([]);
  readonly settings = signal<Settings>(pictureDefaults);
  /** Files are being read. */
  readonly isReading = signal(false);
  readonly added = signal<AddedPictures | undefined>(undefined);
  /** The browser would not keep them. */
  readonly isUnkept = signal(false);
  /** The pictures that the last training was given, in their order. */
  readonly sent = signal<readonly Picture[]>([]);
  readonly count = computed(() => this.classes.value.reduce((sum, { pictures }) => sum + pictures.length, 0));
  readonly most = computed(() => mostPictures(this.settings.value.side, this.settings.value.channels));

  readonly #studio: StudioState;
  #classCount = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpened = false;

  constructor(studio: StudioState) {
    this.#studio = studio;
  }

  get run() {
    return this.#studio.pictureRun.value;
  }

  /** Has the classes that were kept, the first time that it is called. @param names of classes to begin with */
  async open(names: readonly string[]): Promise<void> {
    if (this.#isOpened) return;
    this.#isOpened = true;
    const kept = await keptPictures();
    batch(() => {
      if (kept) {
        this.settings.value = kept.settings;
        this.classes.value = kept.classes.map(({ name, pictures }) => ({
          ...this.#newClass(name),
          pictures: pictures.map(({ blob, key }) => withUrl(blob, key)),
        }));
      } else this.classes.value = names.map((name) => this.#newClass(name));
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
    this.#changeClass(id, (one) => ({ ...one, name: name.slice(0, pictureLimits.name) }));
  }

  removeClass(id: number): void {
    const gone = this.classes.value.find((one) => one.id === id);
    for (const picture of gone?.pictures ?? []) forget(picture);
    this.classes.value = this.classes.value.filter((one) => one.id !== id);
    this.#keep();
  }

  removePicture(id: number, picture: Picture): void {
    forget(picture);
    this.#changeClass(id, (one) => ({ ...one, pictures: one.pictures.filter((other) => other !== picture) }));
  }

  /** Reads files into a class. */
  async addFiles(id: number, files: readonly File[]): Promise<void> {
    await this.#adding(async (tell) => {
      for (const file of files) tell(await this.#addFile(id, file), file.name);
    });
  }

  /** Reads the files of each folder into a class of its name. */
  async addFolders(folders: ReadonlyMap<string, readonly File[]>): Promise<void> {
    // Those that nobody has filled were there for a beginning only.
    this.classes.value = this.classes.value.filter(({ pictures }) => pictures.length > 0);
    await this.#adding(async (tell) => {
      for (const [name, files] of folders) {
        const { id } = this.classes.value.find((one) => one.name === name) ?? this.addClass(name);
        for (const file of files) tell(await this.#addFile(id, file), file.name);
      }
    });
  }

  /** Adds a picture from the camera, the paper or elsewhere. @returns whether it is new */
  async addSquare(id: number, square: OffscreenCanvas): Promise<boolean> {
    return this.#add(id, await pictureOf(square)) === "added";
  }

  /** Sends all pictures to be trained with. */
  async train(): Promise<void> {
    const classes = this.classes.value.filter(({ pictures }) => pictures.length > 0);
    const settings = { ...this.settings.value, classes: classes.map(({ name }) => name.trim()) };
    const pictures = classes.flatMap((one) => one.pictures);
    const labels = classes.flatMap(({ pictures }, label) => pictures.map(() => label));
    const size = settings.side * settings.side * settings.channels;
    const all = new Uint8Array(pictures.length * size);
    for (const [i, picture] of pictures.entries()) all.set(await this.#pixels(picture), i * size);
    const begun = await this.#studio.ask("trainPictures", { settings, labels, pixels: toBase64(all) });
    if (begun) this.sent.value = pictures;
  }

  /** What the network answers to a square picture; undefined where there is no network. */
  async read(square: OffscreenCanvas): Promise<Answer | undefined> {
    const { run } = this;
    if (!run) return undefined;
    const { side, channels } = run.settings;
    const pixels = toBase64(pixelsOf(square, side, channels));
    return (await this.#studio.ask("readPictures", { pixels }))?.probabilities[0];
  }

  /** Where the network looked when it took a picture for a class. */
  async heatOf({ picture, probabilities }: PictureAnswer) {
    const found = this.sent.value[picture];
    const { run } = this;
    if (!found || !run) return undefined;
    const bitmap = await createImageBitmap(found.blob);
    const pixels = toBase64(pixelsOf(bitmap, run.settings.side, run.settings.channels));
    const of = probabilities.indexOf(Math.max(...probabilities));
    return await this.#studio.ask("heatPicture", { pixels, of });
  }

  #newClass(name: string): PictureClass {
    return { id: ++this.#classCount, name, pictures: [] };
  }

  #changeClass(id: number, change: (one: PictureClass) => PictureClass): void {
    this.classes.value = this.classes.value.map((one) => (one.id === id ? change(one) : one));
    this.#keep();
  }

  async #adding(
    add: (tell: (what: "added" | "duplicate" | "full" | "unreadable", name: string) => void) => Promise<void>,
  ): Promise<void> {
    const counts = { added: 0, duplicate: 0, full: 0 };
    const unreadable: string[] = [];
    this.isReading.value = true;
    await add((what, name) => {
      if (what === "unreadable") unreadable.push(name);
      else counts[what]++;
    });
    batch(() => {
      this.isReading.value = false;
      this.added.value = { added: counts.added, duplicates: counts.duplicate, left: counts.full, unreadable };
    });
  }

  async #addFile(id: number, file: File): Promise<"added" | "duplicate" | "full" | "unreadable"> {
    if (this.count.value >= this.most.value) return "full";
    try {
      return this.#add(id, await pictureOf(await squareOfFile(file)));
    } catch {
      return "unreadable";
    }
  }

  #add(id: number, picture: Picture): "added" | "duplicate" | "full" {
    const isKnown = this.classes.value.some(({ pictures }) =>
      pictures.some(({ key }) => key === picture.key),
    );
    const isFull = this.count.value >= this.most.value;
    if (isKnown || isFull) {
      forget(picture);
      return isKnown ? "duplicate" : "full";
    }
    this.#changeClass(id, (one) => ({ ...one, pictures: [...one.pictures, picture] }));
    return "added";
  }

  async #pixels({ blob }: Picture): Promise<Uint8Array> {
    const { side, channels } = this.settings.value;
    const bitmap = await createImageBitmap(blob);
    const pixels = pixelsOf(bitmap, side, channels);
    bitmap.close();
    return pixels;
  }

  #keep(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const classes = this.classes.value.map(({ name, pictures }) => ({
        name,
        pictures: pictures.map(({ blob, key }) => ({ blob, key })),
      }));
      this.isUnkept.value = !(await keepPictures({ classes, settings: this.settings.value }));
    }, keepMs);
  }
}
