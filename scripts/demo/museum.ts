import { type Api, apiOf } from './api.ts'
import { type Chance, chance } from './chance.ts'

/**
 * The museum: tours of a hundred places at three times a day, day tickets, three partners, two weeks of bookings. All of
 * it is fictional, told to the server over its public API, and the same on the same day.
 */

export type Museum = {
  partnerKey: string
  locationId: string
}

const hours = () => {
  const open = [{ from: '10:00', to: '17:30' }]
  return {
    weekly: { mon: [], tue: open, wed: open, thu: open, fri: open, sat: open, sun: open },
    seasons: [],
    exceptions: [],
  }
}

const unit = (id: string, en: string, nl: string, ar: string, price: number, places = 1) => ({
  id,
  name: { en, nl, ar },
  places,
  price,
  max: 40,
})

const tour = (pool: string) => ({
  kind: 'departures',
  name: { en: 'Tour “Below Decks”', nl: 'Rondleiding ‘Benedendeks’', ar: 'جولة «تحت سطح السفينة»' },
  description: {
    en: 'With a guide through the hold, the engine room and the crew’s quarters of a steamship.',
    nl: 'Met een gids door het ruim, de machinekamer en de hutten van een stoomschip.',
    ar: 'جولة مع مرشد في عنبر سفينة بخارية وغرفة محركاتها وقمرات طاقمها.',
  },
  bring: {
    en: 'Steep stairs: flat shoes, please. Come ten minutes before the start.',
    nl: 'Steile trappen: draag platte schoenen. Kom tien minuten voor de start.',
    ar: 'السلالم شديدة الانحدار، فيُرجى ارتداء حذاء مسطح والحضور قبل الموعد بعشر دقائق.',
  },
  units: [
    unit('adult', 'Adult', 'Volwassene', 'بالغ', 1800),
    unit('child', 'Child (5 to 15)', 'Kind (5 t/m 15)', 'طفل (من 5 إلى 15)', 900),
    unit('senior', 'Senior (65 and over)', 'Senior (65 en ouder)', 'كبار السن (65 فأكثر)', 1500),
    unit(
      'family',
      'Family (2 adults, 2 children)',
      'Gezin (2 volwassenen, 2 kinderen)',
      'عائلة (بالغان وطفلان)',
      4500,
      4,
    ),
  ],
  needs: [{ of: [pool], take: 'places' }],
  durationMinutes: 75,
  departures: ['11:00', '13:00', '15:00'].map((time) => ({ time, days: [2, 3, 4, 5, 6, 7] })),
  leadTimeMinutes: 5,
  cancelCutOffMinutes: 24 * 60,
  horizonDays: 180,
  holdMinutes: 15,
  maxHoldMinutes: 60,
})

const dayTicket = (pool: string) => ({
  kind: 'opening_hours',
  name: { en: 'Day ticket', nl: 'Dagkaart', ar: 'تذكرة يوم' },
  description: {
    en: 'The whole museum, for as long as you like on the day you choose.',
    nl: 'Het hele museum, zo lang u wilt op de dag die u kiest.',
    ar: 'المتحف كله، طوال اليوم الذي تختاره.',
  },
  units: [
    unit('adult', 'Adult', 'Volwassene', 'بالغ', 1200),
    unit('child', 'Child (5 to 15)', 'Kind (5 t/m 15)', 'طفل (من 5 إلى 15)', 600),
  ],
  needs: [{ of: [pool], take: 'places' }],
  lastEntryMinutes: 60,
  cancelCutOffMinutes: 60,
  horizonDays: 180,
})

/** Sets the museum up. A second, simulated one is where partners' test keys work. */
async function build(admin: Api, simulatedNow?: string) {
  const name = simulatedNow ? 'test' : 'live'
  const location = await admin(
    'POST',
    '/v1/locations',
    {
      name: {
        en: simulatedNow ? 'Museum of Navigation (for tests)' : 'Museum of Navigation',
        nl: simulatedNow ? 'Scheepvaartmuseum (voor tests)' : 'Scheepvaartmuseum',
        ar: simulatedNow ? 'متحف الملاحة (للاختبار)' : 'متحف الملاحة',
      },
      zone: 'Europe/London',
      currency: 'GBP',
      country: 'GB',
      address: '12 Wharf Lane, London',
      hours: hours(),
      ...(simulatedNow ? { simulatedNow } : {}),
    },
    `demo museum ${name}`,
  )
  const pool = (title: string, bucket: string, capacity: number) =>
    admin(
      'POST',
      `/v1/locations/${location.id}/pools`,
      { name: title, bucket, capacity },
      `demo pool ${title} ${name}`,
    )
  const places = await pool('Tour places', 'departure', 100)
  const visitors = await pool('Visitors a day', 'day', 400)
  const service = (body: { name: { en: string } }) =>
    admin('POST', `/v1/locations/${location.id}/services`, body, `demo service ${body.name.en} ${name}`)
  return {
    locationId: location.id as string,
    tourId: (await service(tour(places.id))).id as string,
    ticketId: (await service(dayTicket(visitors.id))).id as string,
  }
}

/** Partners with their keys: Delta Reizen's live one, a test one, and one that was revoked. */
async function engage(admin: Api) {
  const partner = async (name: string) =>
    (await admin('POST', '/v1/partners', { name }, `demo partner ${name}`)).id as string
  const key = (partnerId: string, label: string, testMode: boolean) =>
    admin('POST', '/v1/keys', { role: 'partner', partnerId, label, testMode })
  const [delta, rihla, voices] = [
    await partner('Delta Reizen'),
    await partner('Rihla Travel'),
    await partner('Harbour Voices'),
  ]
  const live = await key(delta, 'Delta Reizen, live', false)
  const old = await key(rihla, 'Rihla Travel, of last year', false)
  await admin('POST', `/v1/keys/${old.id}/revoke`, {})
  return {
    delta: live.secret as string,
    rihla: (await key(rihla, 'Rihla Travel, live', false)).secret as string,
    voices: (await key(voices, 'Harbour Voices, live', false)).secret as string,
    test: (await key(delta, 'Delta Reizen, for tests', true)).secret as string,
  }
}

type Slot = { slot: string; start: string; vacancies: number; status: string }

const guests = [
  'Amina Haddad',
  'Jan de Boer',
  'Sofia Marsh',
  'يوسف المنصور',
  'Pieter Vos',
  'Ruth Adler',
  'ليلى الخطيب',
  'Tom Whitfield',
  'Noor Bakker',
  'Grace Okafor',
  'عمر الزهراني',
  'Willem Smit',
  'Hana Sato',
  'Daan Visser',
  'مريم القاسم',
  'Ella Brook',
] as const

const contactOf = (dice: Chance, n: number) => ({
  name: dice.one(guests),
  email: `guest${n}@example.org`,
  // The range that Ofcom keeps for drama.
  phone: `+44 7700 900${String(dice.between(0, 999)).padStart(3, '0')}`,
  language: dice.one(['en', 'nl', 'ar'] as const),
})

/** Books `places` of a departure, in parties of one to six. */
async function fill(
  callers: Api[],
  service: string,
  slot: Slot,
  places: number,
  dice: Chance,
  first: number,
) {
  const makers = []
  for (let left = places, n = first; left > 0; n++) {
    const adult = Math.min(left, dice.between(1, 6))
    left -= adult
    const caller = callers[dice.often(0.7) ? 0 : dice.between(1, callers.length - 1)] as Api
    makers.push({
      caller,
      n,
      body: { serviceId: service, slot: slot.slot, units: { adult } },
      contact: contactOf(dice, n),
    })
  }
  await Promise.all(
    makers.map(async ({ caller, n, body, contact }) => {
      const name = `demo booking ${service} ${slot.slot} ${n}`
      const held = await caller('POST', '/v1/bookings', { ...body, holdMinutes: 60 }, `${name} hold`)
      await caller('POST', `/v1/bookings/${held.id}/confirm`, { contact }, `${name} confirm`)
    }),
  )
  return makers.length
}

const weekOf = (today: string, week: number) => {
  const day = (n: number) => new Date(Date.parse(today) + n * 86_400_000).toISOString().slice(0, 10)
  return `from=${day(week * 7)}&to=${day(week * 7 + 6)}`
}

/**
 * Makes the museum as it stands two weeks ahead of `now` (epoch ms). Next Saturday's tour at 13:00 is sold out and the
 * one at 11:00 on the Sunday after has 97 of its 100 places taken.
 */
export async function makeMuseum(
  baseUrl: string,
  admin: Api,
  staffKey: string,
  now: number,
): Promise<Museum> {
  const live = await build(admin)
  const today = new Date(now).toISOString().slice(0, 10)
  await build(admin, `${today}T08:00:00Z`)
  const keys = await engage(admin)
  const callers = [staffKey, keys.delta, keys.rihla, keys.voices].map((key) => apiOf(baseUrl, key))
  const dice = chance(1_869)
  let sold: 'saturday' | 'sunday' | 'both' = 'saturday'
  for (const week of [0, 1]) {
    const { slots } = (await admin(
      'GET',
      `/v1/services/${live.tourId}/availability?${weekOf(today, week)}`,
    )) as { slots: Slot[] }
    for (const slot of slots.filter(({ status }) => status === 'available')) {
      const weekday = new Date(slot.start.slice(0, 10)).getUTCDay()
      let places = dice.between(15, 80)
      if (sold === 'saturday' && weekday === 6 && slot.start.slice(11, 16) === '13:00')
        [places, sold] = [100, 'sunday']
      else if (sold === 'sunday' && weekday === 0 && slot.start.slice(11, 16) === '11:00')
        [places, sold] = [97, 'both']
      await fill(callers, live.tourId, slot, places, dice, 1)
    }
  }
  return { partnerKey: keys.delta, locationId: live.locationId }
}
