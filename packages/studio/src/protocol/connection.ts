/** Where pages listen by WebSocket, from the studio's address. */
export const eventsPath = "api/events";

/** The code with which a connection is closed for want of room. */
export const tooManyPages = 4503;

/** Pages that may listen at once. */
export const mostPages = 200;
