const paths = {
  play: "M4 2l10 6-10 6z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3.4H9.6",
  close: "M4 4l8 8M12 4l-8 8",
  code: "M4.6 4L1 8l3.6 4M11.4 4L15 8l-3.6 4M9.4 2.6l-2.8 10.8",
  save: "M8 1.6v8.6M4.2 6.8L8 10.4l3.8-3.6M2.4 14.2h11.2",
} as const;

const isSolid = (name: keyof typeof paths): boolean => name === "play" || name === "pause";

/** An icon next to a button's label, which is enough by itself. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg class={isSolid(name) ? "icon solid" : "icon"} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
