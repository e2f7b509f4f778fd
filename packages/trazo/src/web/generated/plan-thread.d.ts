/** The program of a thread, as text: scripts/build-thread.mjs writes it. */
export declare const planThread: string;
