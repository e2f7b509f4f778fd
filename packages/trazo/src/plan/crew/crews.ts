import { Crew, type CrewSettings } from "./crew.js";

/** A crew for as long as somebody needs it: it ends with the last of those who asked for it. */
export class Crews {
  readonly #settings: CrewSettings;
  #crew: Crew | undefined;
  #users = 0;

  constructor(settings: CrewSettings) {
    this.#settings = settings;
  }

  get threads(): number {
    return this.#settings.threads;
  }

  /** Whether the caller is one of them. */
  get isJoined(): boolean {
    return this.#settings.isJoined;
  }

  acquire(): Crew {
    this.#users++;
    this.#crew ??= new Crew(this.#settings);
    return this.#crew;
  }

  async release(): Promise<void> {
    this.#users--;
    if (this.#users > 0) return;
    const crew = this.#crew;
    this.#crew = undefined;
    await crew?.end();
  }
}
