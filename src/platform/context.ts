import type { Database } from './database.ts'

/** Who asks, as the door saw it. A secret is looked up in the same round trip as the work it asks for. */
export type Caller =
  | { kind: 'public' }
  /** API key or browser session, by the SHA-256 of its secret. */
  | { kind: 'secret'; hash: string }
  /** The customer's own link to one booking, verified. */
  | { kind: 'link'; subject: string }

/** What makes a mutation repeatable: the caller's key, and a digest of all that was asked under it. */
export type Command = { key: string; fingerprint: string }

/** What every verb is given. Time comes in (Law 11): `wallNow` is read once, at the door. */
export type Context = {
  db: Database
  caller: Caller
  wallNow: number
  /** Time that the caller gives a test-mode location; live locations refuse it. */
  simulatedNow?: number | undefined
  /** Present on every mutation. */
  command?: Command | undefined
}

export function commandOf(context: Context): Command {
  if (!context.command) throw new Error('a mutation reached its verb without a command')
  return context.command
}
