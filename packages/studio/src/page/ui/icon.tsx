const paths = {
  play: "M4 2l10 6-10 6z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3.4H9.6",
  close: "M4 4l8 8M12 4l-8 8",
} as const;

const isOutline = (name: keyof typeof paths): boolean => name === "again" || name === "close";

/** An icon next to a button's label, which is enough by itself. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg class={isOutline(name) ? "icon" : "icon solid"} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
