/** What customers are told of, by which events, and what of it has become pointless. */

export const kinds = [
  'confirmed',
  'changed',
  'cancelled',
  'reminder',
  'nearly',
  'called',
  'quote',
  'late',
  'choice',
  'ready',
] as const
export type Kind = (typeof kinds)[number]

/** `mail` can be long and is read later; the other two are short and are read at once. */
export const channels = ['mail', 'sms', 'whatsapp'] as const
export type Channel = (typeof channels)[number]

/** Told now or not at all. */
const urgent: readonly Kind[] = ['nearly', 'called']
/** Nobody has to be woken for it. */
const patient: readonly Kind[] = ['reminder', 'quote', 'late', 'choice', 'ready']

export const waitsForMorning = (kind: Kind): boolean => patient.includes(kind)

/** Which channel to try before which. */
export const channelOrder = (kind: Kind): readonly Channel[] =>
  urgent.includes(kind) ? ['whatsapp', 'sms', 'mail'] : ['mail', 'whatsapp', 'sms']

type News = {
  /** What is said of it. */
  tells?: readonly Kind[]
  /** What need not be said any more, if it has not been yet. A kind supersedes itself. */
  ends?: readonly Kind[]
}

const turn: readonly Kind[] = ['nearly', 'called', 'late']

/** The types of events that matter to a customer. */
export const news: Readonly<Record<string, News>> = {
  'booking.confirmed': { tells: ['confirmed', 'reminder'] },
  'booking.changed': { tells: ['changed', 'reminder'] },
  'booking.cancelled': { tells: ['cancelled'], ends: kinds },
  'booking.checked_in': { ends: ['reminder'] },
  'booking.no_show': { ends: ['reminder'] },
  'work.quoted': { tells: ['quote'] },
  'work.approved': { ends: ['quote'] },
  'work.declined': { ends: ['quote'] },
  'work.quote_expired': { ends: ['quote'] },
  'work.alternatives_offered': { tells: ['choice'] },
  'work.alternative_chosen': { ends: ['choice'] },
  'work.ready': { tells: ['ready'], ends: ['quote', 'late', 'choice'] },
  'work.collected': { ends: ['ready'] },
  'work.cancelled': { ends: kinds },
  'queue.called': { tells: ['called'], ends: ['nearly', 'late'] },
  'queue.called_again': { tells: ['called'], ends: ['nearly'] },
  'queue.started': { ends: turn },
  'queue.finished': { ends: turn },
  'queue.left': { ends: turn },
  'queue.missed': { ends: turn },
}

/** Events after which those who wait stand further in front. */
export const movesTheLine = (type: string): boolean =>
  ['queue.called', 'queue.left', 'queue.missed', 'queue.transferred', 'queue.deferred'].includes(type)
