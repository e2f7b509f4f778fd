/** With the screen's next picture, or soon where none is shown: a hidden tab gets no pictures. */
export function nextFrame(take: () => void): void {
  if (document.visibilityState === "hidden") setTimeout(take, 200);
  else requestAnimationFrame(take);
}
