/** Ends the process once all is written: connections that wait for a server, perhaps one that is gone, would keep it. */
export const leave = (): void => void process.stdout.write("", () => process.exit());
