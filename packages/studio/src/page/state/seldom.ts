/** Milliseconds between two writings: Safari refuses more than 100 changes of a page's address in 10 s with an error. */
const betweenMs = 200;

/**
 * Writes a text that changes often, such as the page's address while somebody draws: a change at once, further ones together a little
 * later, and nothing where it is as it was.
 */
export function seldom(write: (text: string) => void): (text: string) => void {
  let written: string | undefined;
  let wanted = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function writeWanted(): void {
    timer = undefined;
    if (wanted === written) return;
    written = wanted;
    timer = setTimeout(writeWanted, betweenMs);
    write(wanted);
  }
  return (text) => {
    wanted = text;
    if (timer === undefined) writeWanted();
  };
}
