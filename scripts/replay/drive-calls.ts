import type { Step } from './calls.ts'
import { type Centre, commandOf } from './centre.ts'
import type { Answer } from './client.ts'
import type { Run } from './run.ts'

/**
 * Takes every step in order, each at its own time, one request after another; `onStep` is told of each that is done.
 *
 * @returns how many were taken now, not before an interruption
 */
export async function driveCalls(
  run: Run,
  centre: Centre,
  steps: Step[],
  until: number,
  onStep: (done: number, t: number) => void,
): Promise<number> {
  const { location } = centre
  const key = run.credentials.adminKey
  const tickets = new Map<string, string>()
  let takenNow = 0
  for (const [index, step] of steps.entries()) {
    const name = `step-${index}-${step.verb}`
    if (!run.journal.has(name)) takenNow++
    const ask = (ticket?: string) => ({ key, now: step.t, body: commandOf(step, ticket, centre) })
    if (step.verb === 'join') {
      const path = `/v1/locations/${location}/queue/tickets`
      tickets.set(step.ticket, await run.once(name, path, ask(), joined))
    } else {
      const ticket = 'ticket' in step ? tickets.get(step.ticket) : undefined
      await run.once(name, `/v1/locations/${location}/queue/commands`, ask(ticket), done)
    }
    onStep(index + 1, step.t)
  }
  const to = new Date(until).toISOString()
  await run.once('end', `/v1/locations/${location}/advance`, { key, body: { to } }, done)
  return takenNow
}

const joined = ({ status, body }: Answer) => (status === 201 ? (body.id as string) : undefined)
const done = ({ status }: Answer) => status === 200 || undefined
