import { type Api, Refused } from './api.ts'
import { openDays } from './open-day.ts'
import { jobsOf } from './workshop-jobs.ts'

/**
 * The bicycle workshop: what it takes in, who works there, fourteen jobs in hand and seventy behind them, and a queue for
 * punctures. Like the clinic it keeps "Demo open day" hours around the start.
 */

export const zone = 'Europe/Amsterdam'

export type Workshop = {
  locationId: string
  /** The address of a customer's job with a quote to answer, without the server's. */
  jobPath: string
}

export const hoursOf = (now: number) => {
  const open = [{ from: '08:30', to: '17:30' }]
  return {
    weekly: {
      ...{ mon: [], tue: open, wed: open, thu: open, fri: open },
      ...{ sat: [{ from: '09:00', to: '16:00' }], sun: [] },
    },
    seasons: [],
    exceptions: openDays(now, zone),
  }
}

const text = (en: string, nl: string, ar: string) => ({ en, nl, ar })
const stage = (name: string, workingHours: number) => ({ stage: name, workingHours })
const whenLate = ['loan', 'cancel']
const labour = (amount: number) => [{ name: text('Labour', 'Arbeid', 'أجرة العمل'), kind: 'labour', amount }]

export const workServices = [
  {
    id: 'small',
    name: text('Small service', 'Kleine beurt', 'صيانة صغيرة'),
    stages: [stage('in_progress', 3)],
    prices: labour(4_900),
    whenLate,
  },
  {
    id: 'large',
    name: text('Large service', 'Grote beurt', 'صيانة كبيرة'),
    stages: [stage('in_progress', 10), stage('quality_check', 1)],
    prices: labour(9_500),
    whenLate,
  },
  {
    id: 'ebike',
    name: text('E-bike diagnosis', 'Diagnose e-bike', 'تشخيص دراجة كهربائية'),
    stages: [
      ...[stage('diagnosing', 3), stage('quoted', 9)],
      ...[stage('in_progress', 6), stage('quality_check', 1)],
    ],
    prices: labour(3_500),
    whenLate,
  },
]

/** Twenty-five bicycles, known by their numbers; its riders agree to 150, above that its office decides. */
export const courierFirm = {
  ...{ id: 'havenkoerier', name: 'Havenkoerier', approvesTo: 15_000 },
  office: { name: 'Havenkoerier', email: 'office@example.org', language: 'nl' },
  marks: Array.from({ length: 25 }, (_, n) => `HK ${String(n + 1).padStart(3, '0')}`),
}

/** Sets the workshop up, brings what its old system knew, and lets three people wait with a puncture. */
export async function makeWorkshop(admin: Api, staff: Api, now: number): Promise<Workshop> {
  const hours = hoursOf(now)
  const place = {
    name: text('Bicycle workshop', 'Fietsenwerkplaats', 'ورشة الدراجات'),
    ...{ zone, currency: 'EUR', country: 'NL', address: 'Havenstraat 21, Rotterdam', hours },
  }
  const { id } = await admin('POST', '/v1/locations', place, 'demo workshop')
  await makeOffer(admin, id)
  const setup = { services: workServices, quoteHours: 48, accounts: [courierFirm] }
  await admin('PUT', `/v1/locations/${id}/work/setup`, setup, 'demo workshop work')
  const { jobs, toAnswer, atRisk } = jobsOf(now, { hours, zone })
  const path = `/v1/locations/${id}/work/history`
  const { workOrders } = await admin('POST', path, { jobs }, 'demo workshop jobs')
  await offerInstead(staff, workOrders[atRisk].id)
  await fillQueue(admin, staff, id)
  return { locationId: id, jobPath: `/w/${workOrders[toAnswer].token}` }
}

/** To whom may not have their tandem on Friday: a later date, if the forecast then knows of one, a loan, or without its rack. */
async function offerInstead(staff: Api, order: string): Promise<void> {
  const others = [
    { kind: 'loan', name: 'City bicycle' },
    { kind: 'collect', name: 'The rack' },
  ]
  const offer = (alternatives: object[], name: string) =>
    staff('POST', `/v1/work-orders/${order}/commands`, { verb: 'offer', alternatives }, name)
  await offer([{ kind: 'later' }, ...others], 'demo workshop offer').catch((error) => {
    if (!(error instanceof Refused)) throw error
    return offer(others, 'demo workshop offer without a date')
  })
}

/** What can be booked: a time with a mechanic and a stand, a place to leave a bicycle, one to borrow meanwhile. */
async function makeOffer(admin: Api, location: string): Promise<void> {
  const pool = async (name: string, bucket: string, capacity: number) =>
    (
      await admin(
        'POST',
        `/v1/locations/${location}/pools`,
        { name, bucket, capacity },
        `demo workshop ${name}`,
      )
    ).id as string
  const [sander, mila] = [await pool('Sander', '15min', 1), await pool('Mila (no e-bikes)', '15min', 1)]
  const stands = await pool('Stands', '15min', 3)
  const [loans, places] = [await pool('Loan bicycles', 'day', 2), await pool('Drop-off places', 'day', 12)]
  const one = (name: object, price: number) => [{ id: 'bicycle', name, places: 1, price, max: 1 }]
  const bicycle = text('Bicycle', 'Fiets', 'دراجة')
  const offers = [
    {
      kind: 'slots',
      name: text('Check while you wait', 'Controle terwijl u wacht', 'فحص أثناء الانتظار'),
      units: one(bicycle, 1_950),
      needs: [
        { of: [sander, mila], take: 'one' },
        { of: [stands], take: 'places' },
      ],
      ...{ durationMinutes: 30, startEveryMinutes: 30, cancelCutOffMinutes: 120, horizonDays: 60 },
    },
    {
      kind: 'opening_hours',
      name: text('Leave a bicycle', 'Fiets brengen', 'تسليم دراجة'),
      units: one(bicycle, 0),
      needs: [{ of: [places], take: 'places' }],
      ...{ lastEntryMinutes: 30, cancelCutOffMinutes: 60, horizonDays: 60 },
    },
    {
      kind: 'opening_hours',
      name: text('Loan bicycle for a day', 'Leenfiets voor een dag', 'دراجة معارة ليوم'),
      units: one(bicycle, 750),
      needs: [{ of: [loans], take: 'places' }],
      ...{ lastEntryMinutes: 60, cancelCutOffMinutes: 60, horizonDays: 60 },
    },
  ]
  for (const offer of offers)
    await admin('POST', `/v1/locations/${location}/services`, offer, `demo workshop ${offer.name.en}`)
}

/** One has their tyre mended, two wait. */
async function fillQueue(admin: Api, staff: Api, location: string): Promise<void> {
  const queue = `/v1/locations/${location}/queue`
  const name = text(
    'Puncture while you wait (17.50)',
    'Lekke band, klaar terwijl u wacht (17,50)',
    'إصلاح ثقب أثناء الانتظار (17.50)',
  )
  const setup = {
    services: [{ id: 'puncture', letter: 'R', name, nominalMinutes: 20, bookable: [] }],
    desks: [{ id: 'bench', name: 'Bench', services: ['puncture'] }],
  }
  await admin('PUT', `${queue}/setup`, setup, 'demo workshop queue')
  const join = (n: number) =>
    staff('POST', `${queue}/tickets`, { service: 'puncture', presence: 'on_site' }, `demo puncture ${n}`)
  const move = (verb: string, n: number) =>
    staff('POST', `${queue}/commands`, { verb, desk: 'bench' }, `demo bench ${n}`)
  await move('open_desk', 1)
  await join(1)
  await move('next', 2)
  await move('next', 3)
  await join(2)
  await join(3)
}
