/** Ends the replay with a sentence for the person at the terminal and an exit code; shown without a stack. */
export class Ending extends Error {
  readonly exitCode: 1 | 2 | 75

  constructor(exitCode: 1 | 2 | 75, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
