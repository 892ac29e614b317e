import { type Refused, refuse } from '../kernel/result.ts'
import type { Asked } from './order.ts'
import type { CommandOf, QueueState } from './rules/index.ts'
import type { Setup } from './setup.ts'

/**
 * How a set-up becomes the rules' own. Nothing is taken away: a desk or a service that is not configured any more is
 * closed to newcomers, so that whoever is there already is served or moved on.
 */

const system = { actor: { kind: 'system', id: 'system' }, channel: 'api' } as const

/** The commands that bring a queue to a set-up, in order. */
export function configuring(
  state: QueueState,
  { services, desks, settings }: Setup,
): [CommandOf<'configure'>, ...CommandOf<'close_desk'>[]] {
  const letters = new Set(services.map(({ letter }) => letter))
  const gone = [...state.services.values()].filter(({ id }) => !services.some((one) => one.id === id))
  // Nobody is given numbers of a service that is gone: a new one may have its letter.
  const unlettered = gone
    .filter(({ letter }) => letters.has(letter))
    .map(({ id, graceMs, p99Ms }) => ({ id, letter: `${id} `, graceMs, p99Ms }))
  const known = services.map(({ id, letter, graceMs, p99Ms }) => ({ id, letter, graceMs, p99Ms }))
  const closing = [...state.desks.values()]
    .filter(({ id, status }) => status !== 'closed' && !desks.some((desk) => desk.id === id))
    .map(({ id }): CommandOf<'close_desk'> => ({ verb: 'close_desk', desk: id, ...system }))
  return [
    {
      verb: 'configure',
      ...system,
      services: [...unlettered, ...known],
      desks: desks.map(({ id, services: served }) => ({ id, services: served })),
      settings,
    },
    ...closing,
  ]
}

/** Refuses what would let somebody come to a desk or service that is not configured any more. */
export function closedToNewcomers({ services, desks }: Setup, command: Asked): Refused | undefined {
  const gone = (kind: 'desk' | 'service', id: string | undefined) => {
    const configured: { id: string }[] = kind === 'desk' ? desks : services
    return id === undefined || configured.some((one) => one.id === id)
      ? undefined
      : refuse('not_found', { detail: `No such ${kind}.` })
  }
  switch (command.verb) {
    case 'join':
    case 'open_joins':
    case 'close_joins':
      return gone('service', command.service)
    case 'transfer':
      return gone('service', command.service) ?? gone('desk', command.desk)
    case 'open_desk':
    case 'break_desk':
      return gone('desk', command.desk)
    default:
      return undefined
  }
}
