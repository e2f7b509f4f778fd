/** The same in both libraries. */
export interface Programs {
  readonly typescript: string;
  readonly keras: string;
}
