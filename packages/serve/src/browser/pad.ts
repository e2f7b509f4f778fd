/** What a page needs to let people draw: the studio's pad is the server's. */
export { Drawing, type DrawingState } from "./drawing.js";
export { createPaper, type Paper } from "./paper.js";
export { onPicture, readPicture } from "./picture.js";
