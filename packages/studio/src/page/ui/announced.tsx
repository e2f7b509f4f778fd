import { useEffect, useState } from "preact/hooks";

/** Milliseconds that something must have lasted before it is told. */
const lastsMs = 1200;

/**
 * Tells screen readers what the page shows once that has lasted for a while: what changes many times a second would never let them
 * finish.
 */
export function Announced({
  text,
  about = text,
}: {
  readonly text: string;
  /** What must have lasted, where parts of the text change all the time. */
  readonly about?: string | number | undefined;
}) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), lastsMs);
    return () => clearTimeout(timer);
  }, [about]);
  return (
    <span class="hidden" role="status">
      {said}
    </span>
  );
}
