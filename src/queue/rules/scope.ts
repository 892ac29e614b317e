import { type Refused, refuse } from '../../kernel/result.ts'
import type { Sender, Verb } from './commands.ts'
import type { Actor, ActorKind, Channel, Ticket } from './types.ts'

/** Who may do what. A table, because people argue about it. */

const everybody: readonly ActorKind[] = ['customer', 'staff', 'partner', 'system', 'kiosk']
const desk: readonly ActorKind[] = ['staff']
const control: readonly ActorKind[] = ['staff', 'system']

export const actorsOf: Record<Verb, readonly ActorKind[]> = {
  join: everybody,
  leave: ['customer', 'staff', 'partner', 'system'],
  presence: everybody,
  defer: ['customer', 'staff', 'partner'],
  reinstate: ['customer', 'staff', 'kiosk'],
  reachability: control,
  call_next: desk,
  call_given: desk,
  call_again: desk,
  next: desk,
  start: desk,
  finish: desk,
  pause: desk,
  resume: desk,
  transfer: desk,
  reorder: desk,
  still_going: desk,
  undo: desk,
  missed: control,
  ask: ['system'],
  requote: ['system'],
  open_desk: control,
  close_desk: control,
  break_desk: control,
  close_joins: control,
  open_joins: control,
  import_day: desk,
  start_day: ['system'],
  configure: ['system'],
}

/** By which channels each kind of actor comes in. Timers and configuration speak as `api`. */
export const channelsOf: Record<ActorKind, readonly Channel[]> = {
  customer: ['web', 'phone', 'kiosk'],
  kiosk: ['kiosk'],
  staff: ['front_desk', 'phone', 'api'],
  partner: ['partner', 'api'],
  system: ['api'],
}

export function outOfScope({ actor, channel, verb }: Sender & { verb: Verb }): Refused | undefined {
  if (!actorsOf[verb].includes(actor.kind)) {
    return refuse('out_of_scope', { detail: `A ${actor.kind} may not ${verb.replaceAll('_', ' ')}.` })
  }
  if (!channelsOf[actor.kind].includes(channel)) {
    return refuse('out_of_scope', {
      detail: `A ${actor.kind} does not come by ${channel.replace('_', ' ')}.`,
    })
  }
  return undefined
}

/** Whether a ticket is that of the actor; those who are not customers or partners act on everybody's. */
export function mayTouch({ kind, id }: Actor, ticket: Ticket): boolean {
  if (kind === 'partner') return ticket.partner === id
  return kind !== 'customer' || id === ticket.id || id === ticket.booking || ticket.holders.includes(id)
}
