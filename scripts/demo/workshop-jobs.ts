import type { Hours } from '../../src/location/index.ts'
import { workingTime } from '../../src/work/rules/working-time.ts'
import { type Chance, chance } from './chance.ts'

/** The jobs of the workshop, as its old system would have kept them: the same each time, in its working hours. */

const hourMs = 3_600_000
const minuteMs = 60_000
/** Six weeks of forty-three hours, less a day. */
const pastHours = 250

type Step = { at: number; command?: object; by?: 'customer'; promised?: number }
export type PastJob = {
  service: 'small' | 'large' | 'ebike'
  items: { name: string; mark?: string }[]
  contact?: { name: string; email: string; language: 'en' | 'nl' | 'ar' }
  note?: string
  channel: 'kiosk' | 'phone' | 'front_desk'
  assignee?: { person: string }
  lines?: Line[]
  receivedAt: number
  promised?: number
  reworkOf?: number
  steps: Step[]
}
type Line = { kind: 'labour' | 'part'; name: string; amount: number; optional?: true }

const go = (to: string) => ({ verb: 'advance', to })
const approve = (...lines: number[]) => ({ verb: 'decide', version: 1, approve: lines })
const work = (line: number) => ({ verb: 'work_line', line })
const labour = (name: string, amount: number): Line => ({ kind: 'labour', name, amount })
const part = (name: string, amount: number): Line => ({ kind: 'part', name, amount })

const agreed = { small: [labour('Small service', 4_900)], large: [labour('Large service', 9_500)] }
const toAnswer = {
  lines: [
    ...[part('Chain', 3_850), part('Cassette', 4_400), labour('Labour', 2_700)],
    { ...part('Light', 1_995), optional: true as const },
  ],
  priceLimit: 12_000,
}

const people = [
  ...['Jan de Boer', 'Noor Bakker', 'Willem Smit', 'Daan Visser', 'Ella Brook', 'Tom Whitfield'],
  ...['Hana Sato', 'ليلى الخطيب', 'عمر الزهراني', 'Pieter Vos', 'Grace Okafor', 'مريم القاسم'],
] as const
const bicycles = [
  'City bicycle',
  'Touring bicycle',
  'Child’s bicycle',
  'Folding bicycle',
  'Race bicycle',
] as const
const mechanics = ['Sander', 'Mila'] as const

const person = (name: string, n: number, language: 'en' | 'nl' | 'ar' = 'nl') => ({
  name,
  email: `rider${n}@example.org`,
  language: /\p{Script=Arabic}/u.test(name) ? ('ar' as const) : language,
})
/** A courier firm with twenty-five bicycles, which its set-up knows by their numbers. */
const courier = (n: number) => ({
  items: [{ name: `Courier bicycle ${n}`, mark: `HK ${String(n).padStart(3, '0')}` }],
  contact: { name: 'Havenkoerier', email: 'fleet@example.org', language: 'ar' as const },
})

/** Instants by working hours before `now` and from others. */
function clockOf(now: number, { hours, zone }: { hours: Hours; zone: string }) {
  const { elapsed, after, hourOf } = workingTime(hours, zone)
  const base = now - 70 * 24 * hourMs
  const worked = elapsed(base, now)
  return {
    ago: (workingHours: number) => Math.round(after(base, worked - workingHours * hourMs)),
    /** The full hour that is told for so many working hours after an instant. */
    hourAfter: (at: number, workingHours: number) => hourOf(after(at, workingHours * hourMs)),
  }
}
type Clock = ReturnType<typeof clockOf>

/**
 * Seventy jobs that are done, one of which came back, and fourteen in hand, with instants as the API takes them; `toAnswer`
 * counts to a courier's bicycle that waits for its quote to be answered, `atRisk` to the job that may miss its date.
 */
export function jobsOf(now: number, place: { hours: Hours; zone: string }) {
  const clock = clockOf(now, place)
  const dice = chance(1_885)
  const past = Array.from({ length: 70 }, (_, n) => pastJob(n, clock, dice))
  past.sort((a, b) => a.receivedAt - b.receivedAt)
  const origin = past.findIndex(({ service, reworkOf }) => service === 'large' && reworkOf === undefined)
  const back = past.findLastIndex(({ service }) => service === 'large')
  const rework = past.map((job, n): PastJob => {
    const { items, contact, steps } = past[origin] as PastJob
    // It came back before the desk had put it away.
    if (n === origin) return { ...job, steps: steps.slice(0, -1) }
    const same = { items, ...(contact && { contact }), note: 'The rear brake rubs again.' }
    return n === back ? { ...job, ...same, reworkOf: origin + 1 } : job
  })
  const open = openJobs(now, clock, place.zone)
  const nth = (is: (job: PastJob) => boolean) => past.length + open.findIndex(is)
  return {
    jobs: [...rework, ...open].map(asSent),
    toAnswer: nth(isQuoted),
    atRisk: nth(({ items }) => items[0]?.name === tandem),
  }
}

const tandem = 'Tandem with a rack'
const isQuoted = ({ steps }: PastJob) => steps.some(({ command }) => command && 'lines' in command)

const asSent = ({ receivedAt, promised, steps, ...job }: PastJob) => ({
  ...job,
  receivedAt: iso(receivedAt),
  ...(promised !== undefined && { promised: iso(promised) }),
  steps: steps.map(({ at, promised: told, ...step }) => ({
    ...step,
    at: iso(at),
    ...(told !== undefined && { promised: iso(told) }),
  })),
})
const iso = (at: number) => new Date(at).toISOString()

/** Hours of work for each service: half take less; one in nine waits for a part, and that takes days. */
const halfDone = { small: 3, large: 9, ebike: 12 } as const
/** What is promised covers so many times as much: nine of ten, nearly. */
const told = 2.1
const waitsForPart = 0.11

function pastJob(n: number, { ago, hourAfter }: Clock, dice: Chance): PastJob {
  const service = n < 30 ? 'small' : n < 54 ? 'large' : 'ebike'
  // Log-normal, near enough: the sum of twelve dice.
  const normal = Array.from({ length: 12 }, () => dice.between(0, 1_000) / 1_000).reduce((a, b) => a + b) - 6
  const waits = dice.often(waitsForPart)
  const life = halfDone[service] * Math.exp(normal * 0.45) + (waits ? dice.between(14, 40) : 0)
  const start = dice.between(Math.ceil((life + 12) * 10), pastHours * 10) / 10
  /** Of its life so much is over. */
  const at = (share: number) => ago(start - life * share)
  const receivedAt = at(0)
  const promised = hourAfter(receivedAt, halfDone[service] * told)
  const ready = at(1)
  const collected = ago(Math.max(0.3, start - life - dice.between(1, 100) / 10))
  // Who waits for a part does so for most of the time.
  const begun = waits ? 0.06 : 0.35
  const steps = service === 'ebike' ? diagnosed(at, begun, promised) : serviced(service, at, begun)
  if (waits)
    steps.push(
      { at: at(0.1), command: { verb: 'pause', reason: 'parts' } },
      { at: at(0.9), command: { verb: 'resume' } },
    )
  // A date that will not be kept is moved the day before, if anybody notices then.
  const moved = Math.max(at(begun + 0.08), promised - 26 * hourMs)
  if (ready > promised && moved < promised - hourMs && dice.often(0.8))
    steps.push({ at: moved, promised: hourAfter(ready, 1) })
  steps.push(
    { at: ready, command: go('ready') },
    { at: collected - minuteMs, command: { verb: 'bill' } },
    { at: collected, command: go('collected') },
    { at: collected + minuteMs, command: go('closed') },
  )
  const whose = dice.often(0.2)
    ? courier(dice.between(1, 25))
    : { items: [{ name: dice.one(bicycles) }], contact: person(dice.one(people), n) }
  return {
    ...{ service, ...whose, channel: dice.one(['kiosk', 'phone', 'front_desk', 'front_desk'] as const) },
    ...{ assignee: { person: service === 'ebike' ? 'Sander' : dice.one(mechanics) }, receivedAt },
    ...(service !== 'ebike' && { lines: agreed[service], promised }),
    steps: steps.toSorted((a, b) => a.at - b.at),
  }
}

const serviced = (service: 'small' | 'large', at: (share: number) => number, begun: number): Step[] => [
  { at: at(begun), command: go('in_progress') },
  ...(service === 'large' ? [{ at: at(0.93), command: go('quality_check') }] : []),
  { at: at(0.97), command: work(1) },
]

const diagnosed = (at: (share: number) => number, begun: number, promised: number): Step[] => [
  { at: at(begun * 0.3), command: go('diagnosing') },
  {
    at: at(begun * 0.5),
    command: {
      verb: 'quote',
      lines: [labour('Diagnosis', 3_500), part('Connector', 2_450), labour('Labour', 5_400)],
      expiresAt: iso(at(begun * 0.8) + 24 * hourMs),
    },
  },
  { at: at(begun * 0.8), command: approve(1, 2, 3), by: 'customer', promised },
  { at: at(begun), command: go('in_progress') },
  { at: at(0.92), command: go('quality_check') },
  ...[1, 2, 3].map((line) => ({ at: at(0.92 + line / 100), command: work(line) })),
]

/** The coming Friday at so many hours on the clock there; it is two days away at least. */
function fridayAt(now: number, hour: number, zone: string): number {
  const wall = (at: number) =>
    Object.fromEntries(
      new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        weekday: 'short',
        hour: 'numeric',
        hourCycle: 'h23',
      })
        .formatToParts(at)
        .map(({ type, value }) => [type, value]),
    )
  let at = Math.ceil((now + 48 * hourMs) / hourMs) * hourMs
  while (wall(at).weekday !== 'Fri' || Number(wall(at).hour) !== hour) at += hourMs
  return at
}

function openJobs(now: number, { ago, hourAfter }: Clock, zone: string): PastJob[] {
  const from = { channel: 'front_desk' as const }
  const sander = { assignee: { person: 'Sander' } }
  const mila = { assignee: { person: 'Mila' } }
  const item = (name: string) => [{ name }]
  /** Taken in with the price agreed, and its date told at once. */
  const taken = (
    service: 'small' | 'large',
    hours: number,
    promised = hourAfter(ago(hours), halfDone[service] * told),
  ) => ({
    ...{ service, ...from, lines: agreed[service], receivedAt: ago(hours), promised },
  })
  const diagnosing = (hours: number): Step => ({ at: ago(hours), command: go('diagnosing') })
  const quote = (hours: number): Step => ({
    at: ago(hours),
    command: { verb: 'quote', ...toAnswer, expiresAt: iso(now + 48 * hourMs) },
  })
  const started = (hours: number): Step => ({ at: ago(hours), command: go('in_progress') })
  const friday = fridayAt(now, 17, zone)
  // It has passed: the customer was told so twenty-six hours before.
  const broken = hourAfter(ago(3), 0)
  return [
    {
      ...taken('small', 0.4),
      items: item('City bicycle, green'),
      contact: person('Noor Bakker', 101),
      steps: [],
    },
    { ...taken('large', 1.2), ...courier(4), steps: [] },
    {
      ...from,
      service: 'ebike',
      receivedAt: ago(1.9),
      items: item('E-bike, step-through'),
      contact: person('Ruth Adler', 102, 'en'),
      channel: 'kiosk',
      steps: [],
    },
    { ...from, ...sander, service: 'ebike', receivedAt: ago(6), ...courier(11), steps: [diagnosing(1)] },
    {
      ...from,
      ...sander,
      service: 'ebike',
      receivedAt: ago(9),
      items: item('E-bike with a rack'),
      contact: person('Pieter Vos', 103),
      steps: [diagnosing(2)],
    },
    {
      ...from,
      ...sander,
      service: 'ebike',
      receivedAt: ago(12),
      ...courier(17),
      steps: [diagnosing(9), quote(1.5)],
    },
    {
      ...from,
      ...sander,
      service: 'ebike',
      receivedAt: ago(14),
      items: item('Cargo bicycle, blue'),
      contact: person('Jan de Boer', 104),
      steps: [diagnosing(10), quote(3)],
    },
    {
      ...taken('small', 4),
      ...mila,
      items: item('Race bicycle'),
      contact: person('Hana Sato', 105, 'en'),
      steps: [started(0.5)],
    },
    { ...taken('large', 5), ...mila, ...courier(23), steps: [started(1.5)] },
    {
      ...taken('large', 40, broken),
      ...{ ...sander, items: item('Touring bicycle'), contact: person('Willem Smit', 106) },
      steps: [started(30), { at: broken - 26 * hourMs, promised: hourAfter(now, 18) }],
    },
    {
      ...taken('large', 14, friday),
      ...{ ...mila, items: item(tandem), contact: person('Ella Brook', 107, 'en') },
      steps: [
        started(10),
        { at: ago(8), command: { verb: 'pause', reason: 'parts', until: iso(friday - 6 * hourMs) } },
      ],
    },
    {
      ...taken('small', 11),
      ...{ ...mila, items: item('Folding bicycle'), contact: person('Tom Whitfield', 108, 'en') },
      note: 'The frame is cracked. Called twice, nobody answered.',
      steps: [started(7), { at: ago(5), command: { verb: 'pause', reason: 'customer' } }],
    },
    {
      ...taken('large', 13),
      ...{ ...sander, items: item('City bicycle, black'), contact: person('عمر الزهراني', 109) },
      steps: [started(9), { at: ago(0.3), command: go('quality_check') }],
    },
    {
      ...taken('small', 14),
      ...{ ...mila, ...courier(2) },
      steps: [started(11), { at: ago(8.3), command: work(1) }, { at: ago(8), command: go('ready') }],
    },
  ]
}
