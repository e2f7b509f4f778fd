import type { Programs } from "../code/programs.js";
import { CodeButton } from "./code-view.js";
import { FigureTools } from "./figure/figure-tools.js";

/** A card's heading, what chooses among what it shows, its code, and what takes it away as a picture. */
export function CardHead({
  id,
  title,
  figure,
  programs,
  children,
}: {
  readonly id: string;
  readonly title: string;
  /** The name of its picture; undefined where there is none. */
  readonly figure?: string;
  readonly programs?: Programs | undefined;
  readonly children?: preact.ComponentChildren;
}) {
  return (
    <header>
      <h2 id={id}>{title}</h2>
      {children}
      {(programs || figure !== undefined) && (
        <span class="card-tools">
          {programs && <CodeButton programs={programs} />}
          {figure !== undefined && <FigureTools name={figure} />}
        </span>
      )}
    </header>
  );
}
