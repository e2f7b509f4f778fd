/** Shares in bins as bars, over a scale on which small shares are seen, too. */
export function Histogram({
  shares,
  color,
  range,
  label,
  caption,
}: {
  readonly shares: readonly number[];
  readonly color: string;
  /** The values at both ends. */
  readonly range: readonly [string, string];
  readonly label: string;
  /** What is said above it; undefined where that has been said. */
  readonly caption?: string;
}) {
  const heightOf = (share: number): number => (share <= 0 ? 0 : Math.max(0, 1 + Math.log10(share) / 4));
  const width = 100 / Math.max(1, shares.length);
  return (
    <figure class="histogram">
      {caption !== undefined && <p class="note">{caption}</p>}
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={label}>
        {shares.map((share, i) => {
          const height = 40 * heightOf(share);
          return (
            <rect key={i} x={i * width} y={40 - height} width={width * 0.85} height={height} fill={color} />
          );
        })}
        <line
          x1="50"
          x2="50"
          y1="0"
          y2="40"
          stroke="var(--muted)"
          stroke-width="0.4"
          stroke-dasharray="1.5 1.5"
        />
      </svg>
      <figcaption>
        <span>{range[0]}</span>
        <span>0</span>
        <span>{range[1]}</span>
      </figcaption>
    </figure>
  );
}
