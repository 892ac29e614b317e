import { limits } from '../config.ts'
import { readWholeNumber } from '../kernel/format.ts'
import type { Overview, Snapshot } from '../queue/index.ts'
import type { Verb, VerbField } from './components/verb.tsx'
import { freshForm, inLanguage } from './page.tsx'
import type { Reader } from './reader.ts'

/** The verbs of the board: what can be done now, with which key, and what each button asks of the queue. */

export type Ticket = Snapshot['tickets'][number]
export type Desk = Snapshot['desks'][number]

/** What the buttons of one page have in common. */
export type Bench = {
  r: Reader
  location: string
  desk: Desk
  services: Overview['services']
  desks: Overview['desks']
  /** Those who wait in the line, for whoever is moved behind one of them. */
  line: Ticket[]
  now: number
}

const minuteMs = 60_000
const breakMinutes = 10
const laterMinutes = '10'
/** Places named to stand after; to move somebody further, name the front or the end. */
const placesNamed = 20

/** Every key with what it does, for the list on the page; the buttons of the moment show theirs too. */
export const boardKeys = (r: Reader): [name: string, text: string][] => [
  ['N', r.say('board.next')],
  ['C', r.say('board.again')],
  ['M', r.say('board.mark_missed')],
  ['F', r.say('board.finish')],
  ['P', r.say('board.pause')],
  ['T', r.say('board.transfer')],
  ['G', r.say('board.still_going')],
  ['Z', r.say('board.undo')],
  ['B', r.say('board.break_desk')],
  ['O', `${r.say('board.open_desk')} / ${r.say('board.close_desk')}`],
  ['L', r.say('desk.find_button')],
  ['A', r.say('board.add')],
  ['J', r.say('board.joins')],
  ['↑ ↓', r.say('board.key_rows')],
  ['Enter', r.say('board.key_open')],
  ['Esc', r.say('board.less')],
]

type Asking = { key?: string; fields?: VerbField[] }

function verbOf(bench: Bench, text: string, hidden: Record<string, string>, asking: Asking = {}): Verb {
  const form = freshForm('/desk/queue', { location: bench.location, at: bench.desk.id, ...hidden })
  return { form, text, key: asking.key ?? null, fields: asking.fields ?? [] }
}

const reasonField = (r: Reader, usual: string[], value = ''): VerbField => ({
  kind: 'text',
  name: 'reason',
  label: r.say('board.reason'),
  value,
  usual,
})

/** Elsewhere: another service, or one desk that serves it. */
function transferField({ r, services, desks, desk }: Bench, ticket: Ticket): VerbField {
  const options = [
    ...services
      .filter(({ id }) => id !== ticket.service || ticket.status !== 'waiting')
      .map(({ id, name }) => ({ value: `service:${id}`, text: inLanguage(r.language, name) })),
    ...desks
      .filter(({ id, services: served }) => id !== desk.id && served.includes(ticket.service))
      .map(({ id, name }) => ({ value: `desk:${id}`, text: name })),
  ]
  return { kind: 'choice', name: 'to', label: r.say('board.to'), options }
}

/** What the chosen desk can do at once; the first is Next. */
export function deskVerbs(bench: Bench, visit: Ticket | undefined): Verb[] {
  const { r, desk, now } = bench
  const atDesk = (verb: string, text: string, key: string) =>
    verbOf(bench, text, { verb, desk: desk.id }, { key })
  const onVisit = (verb: string, text: string, key: string) =>
    verbOf(bench, text, { verb, ticket: visit?.id ?? '' }, { key })
  const opens = desk.status === 'open' ? [] : [atDesk('open_desk', r.say('board.open_desk'), 'o')]
  const closes =
    desk.status === 'open'
      ? [
          atDesk('break_desk', r.say('board.break_desk'), 'b'),
          atDesk('close_desk', r.say('board.close_desk'), 'o'),
        ]
      : []
  const undo = atDesk('undo', r.say('board.undo'), 'z')
  if (desk.status !== 'open' && !visit) return [...opens, undo]
  return [
    atDesk('next', r.say('board.next'), 'n'),
    ...(visit?.status === 'called' ? [onVisit('call_again', r.say('board.again'), 'c')] : []),
    ...(visit?.status === 'called' && !isEarly(visit, now)
      ? [onVisit('missed', r.say('board.mark_missed'), 'm')]
      : []),
    ...(visit?.status === 'serving' ? [onVisit('finish', r.say('board.finish'), 'f')] : []),
    ...(visit?.status === 'serving' && visit.askedAt !== null
      ? [onVisit('still_going', r.say('board.still_going'), 'g')]
      : []),
    undo,
    ...opens,
    ...closes,
  ]
}

const isEarly = ({ graceEndsAt }: Ticket, now: number) => graceEndsAt !== null && now < graceEndsAt

/** What can be done with the visit at the desk and needs a word more. */
export function visitVerbs(bench: Bench, visit: Ticket | undefined): Verb[] {
  if (!visit) return []
  const { r, now } = bench
  const verb = (name: string, text: string, key: string, field: VerbField) =>
    verbOf(bench, text, { verb: name, ticket: visit.id }, { key, fields: [field] })
  const absent = reasonField(r, [r.say('board.usual_absent')])
  const pausing = reasonField(r, [r.say('board.usual_papers'), r.say('board.usual_colleague')])
  return [
    ...(visit.status === 'called' && isEarly(visit, now)
      ? [verb('missed', r.say('board.mark_missed'), 'm', absent)]
      : []),
    ...(visit.status === 'serving' ? [verb('pause', r.say('board.pause'), 'p', pausing)] : []),
    ...transfers(bench, visit, 't'),
  ]
}

function transfers(bench: Bench, ticket: Ticket, key: string): Verb[] {
  const field = transferField(bench, ticket)
  if (field.kind === 'choice' && field.options.length === 0) return []
  const hidden = { verb: 'transfer', ticket: ticket.id }
  return [verbOf(bench, bench.r.say('board.transfer'), hidden, { key, fields: [field] })]
}

/** Whether the chosen desk may call somebody, or go on with them. */
const serves = ({ desk }: Bench, { onlyDesk, service }: Ticket) =>
  onlyDesk === null ? desk.services.includes(service) : onlyDesk === desk.id

/** The one verb in sight of everybody in the list, where this desk can do it. */
export function rowVerb(bench: Bench, ticket: Ticket): Verb[] {
  const { r, desk } = bench
  const verb = (text: string, hidden: Record<string, string>) =>
    verbOf(bench, text, { ...hidden, ticket: ticket.id })
  if (ticket.status === 'missed') return [verb(r.say('board.reinstate'), { verb: 'reinstate' })]
  if (!serves(bench, ticket)) return []
  return ticket.status === 'paused'
    ? [verb(r.say('board.resume'), { verb: 'resume', desk: desk.id })]
    : [verb(r.say('board.call'), { verb: 'call_given', desk: desk.id })]
}

/** Everything that can be done with the one that was opened. `spared`: a call goes past somebody, and says why. */
export function openedVerbs(bench: Bench, ticket: Ticket, spared: boolean): Verb[] {
  const { r } = bench
  const verb = (text: string, hidden: Record<string, string>, asking: Asking) =>
    verbOf(bench, text, { ...hidden, ticket: ticket.id }, asking)
  const asked = r.say('board.usual_asked')
  const leave = verb(
    r.say('board.left'),
    { verb: 'leave' },
    { key: 'x', fields: [reasonField(r, [asked], r.say('board.left_reason'))] },
  )
  if (ticket.status === 'paused') return [...transfers(bench, ticket, 's'), leave]
  const reach = ticket.reachable
  const minutes: VerbField = {
    kind: 'text',
    name: 'minutes',
    label: r.say('board.minutes'),
    value: laterMinutes,
    usual: [],
  }
  const calling: Asking = spared
    ? { key: 'k', fields: [reasonField(r, [r.say('board.usual_unwell'), asked])] }
    : { key: 'k' }
  return [
    ...(serves(bench, ticket)
      ? [verb(r.say('board.call'), { verb: 'call_given', desk: bench.desk.id }, calling)]
      : []),
    ...(ticket.presence === 'on_site'
      ? []
      : [verb(r.say('board.is_here'), { verb: 'presence', presence: 'on_site' }, { key: 'h' })]),
    verb(r.say(reach ? 'board.no_reach' : 'board.reach'), reachability(!reach), { key: 'r' }),
    ...(ticket.presence === 'on_the_way'
      ? []
      : [
          verb(
            r.say('board.is_coming'),
            { verb: 'presence', presence: 'on_the_way' },
            { key: 'w', fields: [minutes] },
          ),
        ]),
    verb(r.say('board.defer'), { verb: 'defer' }, { key: 'd', fields: [minutes] }),
    ...transfers(bench, ticket, 's'),
    verb(
      r.say('board.move'),
      { verb: 'reorder' },
      { key: 'v', fields: [placeField(bench, ticket), reasonField(r, [r.say('board.usual_unwell'), asked])] },
    ),
    leave,
  ]
}

const reachability = (reachable: boolean) => ({ verb: 'reachability', reachable: String(reachable) })

function placeField({ r, line }: Bench, ticket: Ticket): VerbField {
  const others = line.filter(
    ({ id, status, service, onlyDesk }) =>
      id !== ticket.id &&
      status === 'waiting' &&
      (ticket.onlyDesk === null
        ? onlyDesk === null && service === ticket.service
        : onlyDesk === ticket.onlyDesk),
  )
  return {
    kind: 'choice',
    name: 'place',
    label: r.say('board.to'),
    options: [
      { value: 'front', text: r.say('board.to_front') },
      ...others
        .slice(0, placesNamed)
        .map(({ id, number }) => ({ value: id, text: r.say('board.to_after', { number }) })),
      { value: 'end', text: r.say('board.to_end') },
    ],
  }
}

/** Takes back what was just done to a ticket that is not at the desk. */
export const undoTicket = (bench: Bench, ticket: string): Verb =>
  verbOf(bench, bench.r.say('board.undo'), { verb: 'undo', ticket }, { key: 'u' })

/** Lets people join, or nobody more: one service, or all of them. */
export function joinsVerb(bench: Bench, closed: boolean, service?: string): Verb {
  const hidden = { verb: closed ? 'open_joins' : 'close_joins', ...(service ? { service } : {}) }
  const text = bench.r.say(closed ? 'board.open_joins' : 'board.close_joins')
  return verbOf(bench, text, hidden, service ? {} : { key: 'j' })
}

/** Somebody at the desk who has no number, with a phone or without. */
export function addVerb(bench: Bench): Verb {
  const { r, services } = bench
  const named = services.map(({ id, name }) => ({ value: id, text: inLanguage(r.language, name) }))
  return verbOf(
    bench,
    r.say('board.add'),
    { verb: 'join' },
    {
      key: 'a',
      fields: [
        { kind: 'choice', name: 'service', label: r.say('board.add_for'), options: named },
        { kind: 'text', name: 'party', label: r.say('queue.party'), value: '1', usual: [] },
        {
          kind: 'choice',
          name: 'reachable',
          label: r.say('board.add_phone'),
          options: [
            { value: 'true', text: r.say('board.yes') },
            { value: 'false', text: r.say('board.no') },
          ],
        },
      ],
    },
  )
}

/** Whether it says until when: a location in test mode has a clock of its own. */
export const isTimed = ({ verb, presence }: Record<string, string>): boolean =>
  verb === 'break_desk' || presence === 'on_the_way'

/** What a press asks of the queue; what is not whole is for the contract to refuse. `now` is epoch ms. */
export function askedBy(fields: Record<string, string>, now: number): Record<string, unknown> {
  const { verb, minutes = '', to = '', place = '', reason = '', reachable, party, ...named } = fields
  const count = readWholeNumber(minutes) ?? -1
  const said = reason.trim() === '' ? {} : { reason: reason.trim() }
  const asked = { verb, ...named, ...said }
  const inMinutes = (from: number) => new Date(now + from * minuteMs).toISOString()
  switch (verb) {
    case 'break_desk':
      return { ...asked, endsAt: inMinutes(breakMinutes) }
    case 'defer':
      return { ...asked, byMinutes: count }
    case 'presence':
      return fields.presence === 'on_the_way' ? { ...asked, etaAt: inMinutes(count) } : asked
    case 'reachability':
      return { ...asked, reachable: reachable === 'true' }
    case 'transfer': {
      const [what, id] = to.split(':')
      return { ...asked, ...(what === 'desk' ? { desk: id } : { service: id }) }
    }
    case 'reorder':
      return {
        ...asked,
        target: place === 'front' || place === 'end' ? { to: place } : { to: 'after', ticket: place },
      }
    case 'join': {
      const { service } = named
      const people = readWholeNumber(party ?? '1') ?? limits.partySize + 1
      return {
        service,
        party: people,
        reachable: reachable !== 'false',
        presence: 'on_site',
        channel: 'front_desk',
      }
    }
    default:
      return asked
  }
}
