/** The program of a report that reads drawings, as text: scripts/build-report-reader.mjs writes it. */
export declare const readerScript: string;
