import type { Api } from './api.ts'
import { chance } from './chance.ts'
import { historyOf } from './history.ts'
import { dateIn, openDays } from './open-day.ts'

/**
 * The campus clinic: two doctors' visits, a nurse's blood tests and vaccinations, certificates at the desk, and a queue
 * with twelve people in it. It keeps "Demo open day" hours around the start, so that its queue is open whenever
 * somebody tries it.
 */

const zone = 'Asia/Riyadh'
const hourMs = 3_600_000

const weekday = [
  { from: '08:00', to: '11:45' },
  { from: '12:30', to: '16:00' },
]
const ramadan = [{ from: '10:00', to: '15:00' }]

const weekOf = (open: typeof weekday) => ({
  sun: open,
  mon: open,
  tue: open,
  wed: open,
  thu: open,
  fri: [],
  sat: [],
})

const dateOf = (at: number) => dateIn(at, zone)

const service = (
  id: string,
  letter: string,
  en: string,
  nl: string,
  ar: string,
  nominalMinutes: number,
  bookable: string[] = [],
) => ({
  id,
  letter,
  name: { en, nl, ar },
  nominalMinutes,
  bookable,
})

/** Sets the clinic up, with the queue as it stands in the middle of a morning. */
export async function makeClinic(admin: Api, staff: Api, now: number): Promise<string> {
  const location = await admin(
    'POST',
    '/v1/locations',
    {
      name: { en: 'Campus clinic', nl: 'Campuskliniek', ar: 'عيادة الجامعة' },
      zone,
      currency: 'SAR',
      country: 'SA',
      address: 'King Salman Road 4, Riyadh',
      hours: {
        weekly: weekOf(weekday),
        seasons: [{ name: 'Ramadan', from: '2027-02-08', to: '2027-03-09', weekly: weekOf(ramadan) }],
        exceptions: openDays(now, zone),
      },
    },
    'demo clinic',
  )
  const pool = async (name: string, capacity: number) =>
    (
      await admin(
        'POST',
        `/v1/locations/${location.id}/pools`,
        { name, bucket: '5min', capacity },
        `demo clinic ${name}`,
      )
    ).id as string
  const [doctor1, doctor2, nurse, room1, room2] = [
    await pool('Doctor 1', 1),
    await pool('Doctor 2', 1),
    await pool('Nurse', 1),
    await pool('Room 1', 1),
    await pool('Room 2', 1),
  ]
  const unit = (price: number) => [
    { id: 'person', name: { en: 'Person', nl: 'Persoon', ar: 'شخص' }, places: 1, price, max: 1 },
  ]
  const rooms = { of: [room1, room2], take: 'one' }
  const offer = async (body: { name: { en: string } }) =>
    (await admin('POST', `/v1/locations/${location.id}/services`, body, `demo clinic ${body.name.en}`))
      .id as string
  const visit = await offer({
    kind: 'slots',
    name: { en: 'General visit', nl: 'Spreekuur', ar: 'زيارة عامة' },
    units: unit(15_000),
    needs: [{ of: [doctor1, doctor2], take: 'one' }, rooms],
    durationMinutes: 15,
    startEveryMinutes: 15,
    cancelCutOffMinutes: 120,
    horizonDays: 60,
  } as never)
  const vaccination = await offer({
    kind: 'slots',
    name: { en: 'Vaccination', nl: 'Vaccinatie', ar: 'تطعيم' },
    units: unit(9_000),
    needs: [{ of: [nurse], take: 'one' }, rooms],
    durationMinutes: 10,
    startEveryMinutes: 10,
    cancelCutOffMinutes: 120,
    horizonDays: 60,
  } as never)
  await admin(
    'PUT',
    `/v1/locations/${location.id}/queue/setup`,
    {
      services: [
        service('visit', 'A', 'General visit', 'Spreekuur', 'زيارة عامة', 15, [visit]),
        service('blood', 'B', 'Blood test', 'Bloedonderzoek', 'فحص دم', 8),
        service('vaccination', 'V', 'Vaccination', 'Vaccinatie', 'تطعيم', 10, [vaccination]),
        service('certificate', 'C', 'Medical certificate', 'Medische verklaring', 'شهادة طبية', 5),
      ],
      desks: [
        { id: 'desk-1', name: 'Desk 1', services: ['visit', 'certificate'] },
        { id: 'desk-2', name: 'Desk 2', services: ['visit', 'blood', 'vaccination'] },
        { id: 'desk-3', name: 'Desk 3', services: ['visit', 'blood', 'certificate'] },
      ],
      rules: { priorities: { wheelchair: 20 } },
    },
    'demo clinic queue',
  )
  for (const day of historyOf(now))
    await admin('POST', `/v1/locations/${location.id}/queue/history`, day, `demo clinic ${day.date}`)
  await fillQueue(staff, location.id, { visit, vaccination }, now)
  return location.id as string
}

type Slot = { slot: string; start: string; status: string }

/**
 * Two being helped, one called, ten waiting: three with appointments, one of them late; one in a wheelchair, one on the
 * way, one without a phone. Desk 3 is on a break.
 */
async function fillQueue(
  staff: Api,
  location: string,
  bookable: { visit: string; vaccination: string },
  now: number,
): Promise<void> {
  const join = (n: number, body: object) =>
    staff(
      'POST',
      `/v1/locations/${location}/queue/tickets`,
      { presence: 'on_site', ...body },
      `demo ticket ${n}`,
    )
  const move = (name: string, body: object) =>
    staff('POST', `/v1/locations/${location}/queue/commands`, body, `demo move ${name}`)
  const days = `from=${dateOf(now)}&to=${dateOf(now + 24 * hourMs)}`
  /** Books the `nth` slot from now on; the one that runs counts. */
  const booked = async (service: 'visit' | 'vaccination', nth: number) => {
    const { slots } = await staff('GET', `/v1/services/${bookable[service]}/availability?${days}`)
    const free = slots.filter(({ status }: Slot) => status === 'available' || status === 'limited')
    const wanted = { serviceId: bookable[service], slot: free[nth].slot, units: { person: 1 } }
    const name = `demo appointment ${service} ${nth}`
    const { id } = await staff('POST', '/v1/bookings', wanted, `${name} hold`)
    const contact = { name: 'سارة العتيبي', email: 'sara@example.org', language: 'ar' }
    await staff('POST', `/v1/bookings/${id}/confirm`, { contact }, `${name} confirm`)
    return id as string
  }
  const dice = chance(1_932)
  for (const desk of ['desk-1', 'desk-2', 'desk-3']) await move(`open ${desk}`, { verb: 'open_desk', desk })
  await join(1, { service: 'visit' })
  await join(2, { service: 'blood' })
  for (const desk of ['desk-1', 'desk-2']) {
    await move(`call ${desk}`, { verb: 'next', desk })
    await move(`start ${desk}`, { verb: 'next', desk })
  }
  await join(3, { service: 'certificate' })
  await move('call desk-3', { verb: 'next', desk: 'desk-3' })
  for (let n = 4; n <= 7; n++)
    await join(n, { service: dice.one(['visit', 'visit', 'blood', 'certificate']) })
  await join(8, { service: 'visit', bookingId: await booked('visit', 0) })
  await join(9, { service: 'visit', bookingId: await booked('visit', 1) })
  await join(13, { service: 'vaccination', bookingId: await booked('vaccination', 1) })
  await join(10, { service: 'visit', priority: 'wheelchair', reason: 'Wheelchair user' })
  await join(11, {
    service: 'blood',
    presence: 'on_the_way',
    etaAt: new Date(now + 12 * 60_000).toISOString(),
    channel: 'phone',
  })
  await join(12, { service: 'visit', reachable: false })
  await move('break desk-3', {
    verb: 'break_desk',
    desk: 'desk-3',
    endsAt: new Date(now + 25 * 60_000).toISOString(),
  })
}
