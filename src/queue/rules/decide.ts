import { ok, type Result } from '../../kernel/result.ts'
import type { Command, Verb } from './commands.ts'
import { breakDesk, closeDesk, closeJoins, configure, openDesk, openJoins, startDay } from './decide/day.ts'
import { callAgain, callGiven, callNext, finish, next, start } from './decide/desk.ts'
import { importDay } from './decide/history.ts'
import { join } from './decide/join.ts'
import type { Decision, Situation } from './decide/situation.ts'
import { defer, leave, missed, presence, reachability, reinstate, reorder, requote } from './decide/ticket.ts'
import { undo } from './decide/undo.ts'
import { ask, pause, resume, stillGoing, transfer } from './decide/visit.ts'
import type { QueueEvent } from './events.ts'
import { outOfScope } from './scope.ts'
import type { QueueState } from './state.ts'

const rules: { [V in Verb]: (situation: Situation<V>) => Decision } = {
  join,
  leave,
  call_next: callNext,
  call_given: callGiven,
  call_again: callAgain,
  next,
  start,
  finish,
  pause,
  resume,
  transfer,
  missed,
  reinstate,
  defer,
  reorder,
  presence,
  reachability,
  ask,
  requote,
  still_going: stillGoing,
  open_desk: openDesk,
  close_desk: closeDesk,
  break_desk: breakDesk,
  close_joins: closeJoins,
  open_joins: openJoins,
  start_day: startDay,
  import_day: importDay,
  configure,
  undo,
}

/**
 * What a command does: one or more events for `evolve`, in order, or why not. Pure, the state is only read. `now` in
 * epoch ms; a clock that went back counts as standing still.
 */
export function decide(state: QueueState, command: Command, now: number): Result<QueueEvent[]> {
  const refused = outOfScope(command)
  if (refused) return refused
  const at = Math.max(now, state.queue.at)
  const first = state.queue.seq + 1
  const rule = rules[command.verb] as (situation: unknown) => Decision
  const decision = rule({ state, command, at, seq: first })
  if (!decision.ok) return decision
  const { actor, channel, verb, reason = null } = command
  const told = { at, actor: { kind: actor.kind, id: actor.id }, channel, verb, first, reason }
  return ok(decision.value.map((body, index): QueueEvent => ({ ...body, ...told, seq: first + index })))
}
