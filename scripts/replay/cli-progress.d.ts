/** The part of cli-progress that is used here; the package comes without types. */
declare module 'cli-progress' {
  export class SingleBar {
    constructor(options: { format: string; gracefulExit: boolean }, preset: object)
    start(total: number, start: number, payload: Record<string, string>): void
    update(current: number, payload: Record<string, string>): void
    stop(): void
  }
  export const Presets: { shades_classic: object }
}
