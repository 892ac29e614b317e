import { beforeAll, describe, expect, test } from 'vitest'
import { ask, departures, eventsOf, everyDay, type Key, makeKey, noon, office, rows } from './fixtures.ts'
import {
  admin,
  clock,
  faults,
  made,
  museum,
  newLocation,
  newPool,
  patch,
  post,
  revisionOf,
} from './setting-up.ts'

const unknown = (prefix: string) => `${prefix}_${'0'.repeat(26)}`
const christmas = '2026-12-25'

describe('who may configure', () => {
  let location: string
  let pool: string
  let service: string
  beforeAll(async () => {
    location = await newLocation()
    pool = await newPool(location)
    service = (await made(`/v1/locations/${location}/services`, departures(pool))).id
  })
  const changes = () =>
    [
      ['PUT', '/v1/organisation', { name: { en: 'Harbour University' } }],
      ['POST', '/v1/locations', museum],
      ['PATCH', `/v1/locations/${location}`, { revision: 1, name: { en: 'Mine' } }],
      ['PUT', `/v1/locations/${location}/exceptions/${christmas}`, { intervals: [] }],
      ['DELETE', `/v1/locations/${location}/exceptions/${christmas}`, undefined],
      ['POST', `/v1/locations/${location}/pools`, { name: 'x', bucket: 'day', capacity: 1 }],
      ['PATCH', `/v1/pools/${pool}`, { revision: 1, name: 'Mine' }],
      ['POST', `/v1/locations/${location}/services`, departures(pool)],
      ['PATCH', `/v1/services/${service}`, { revision: 1, archived: true }],
    ] as const

  test('nobody without the scope `config`', async () => {
    const wrong: [number, string, Key | string | undefined][] = [
      [401, 'unauthenticated', undefined],
      [401, 'unauthenticated', 'dawr_live_of-nobody-at-all-but-long-enough'],
      [403, 'out_of_scope', await makeKey('staff', { testMode: false })],
      [403, 'out_of_scope', await makeKey('partner', { testMode: false })],
      [
        403,
        'out_of_scope',
        await makeKey('admin', { testMode: false, scopes: ['keys', 'desk', 'bookings'] }),
      ],
    ]
    const before = await rows('SELECT seq FROM event')
    for (const [status, code, key] of wrong) {
      for (const [method, path, body] of changes()) {
        const refused = await ask(method, path, body, { key })
        expect([method, path, refused.status, refused.body.code]).toEqual([method, path, status, code])
      }
    }
    expect(await rows('SELECT seq FROM event')).toEqual(before)
    expect(await revisionOf(location)).toBe(3)
  })

  test('no test-mode key what is live, nor a live organisation', async () => {
    const key = await makeKey('admin', { testMode: true })
    for (const [method, path, body] of changes()) {
      const refused = await ask(method, path, body, { key })
      const wanted = path === '/v1/organisation' ? 403 : path === '/v1/locations' ? 422 : 404
      expect([method, path, refused.status]).toEqual([method, path, wanted])
    }
    const pools = await ask('GET', `/v1/locations/${location}/pools`, undefined, { key })
    expect(pools.status).toBe(404)
    const own = await ask('POST', '/v1/locations', { ...museum, simulatedNow: clock }, { key })
    expect(own.status).toBe(201)
  })

  test('every change needs an Idempotency-Key', async () => {
    for (const [method, path, body] of changes()) {
      const refused = await ask(method, path, body, { key: await admin(), idempotencyKey: '' })
      expect([path, refused.status, refused.body.errors[0].path]).toEqual([
        path,
        400,
        'header.Idempotency-Key',
      ])
    }
  })

  test('what is not there cannot be changed', async () => {
    const absent = [
      ['PATCH', `/v1/locations/${unknown('loc')}`, { revision: 1, name: { en: 'x' } }],
      ['PUT', `/v1/locations/${unknown('loc')}/exceptions/${christmas}`, { intervals: [] }],
      ['DELETE', `/v1/locations/${location}/exceptions/2026-12-26`, undefined],
      ['POST', `/v1/locations/${unknown('loc')}/pools`, { name: 'x', bucket: 'day', capacity: 1 }],
      ['GET', `/v1/locations/${unknown('loc')}/pools`, undefined],
      ['PATCH', `/v1/pools/${unknown('pool')}`, { revision: 1, name: 'x' }],
      ['POST', `/v1/locations/${unknown('loc')}/services`, departures(pool)],
      ['GET', `/v1/locations/${unknown('loc')}/services`, undefined],
      ['GET', `/v1/services/${unknown('svc')}`, undefined],
      ['PATCH', `/v1/services/${unknown('svc')}`, { revision: 1, archived: true }],
      ['GET', `/v1/locations/${unknown('loc')}`, undefined],
    ] as const
    for (const [method, path, body] of absent) {
      const refused = await ask(method, path, body, { key: await admin() })
      expect([method, path, refused.status, refused.body.code]).toEqual([method, path, 404, 'not_found'])
    }
  })

  test('the public reads what a visitor needs and no pools', async () => {
    expect((await ask('GET', `/v1/locations/${location}`)).body).toMatchObject({ zone: 'Europe/London' })
    const listed = await ask('GET', `/v1/locations/${location}/services`)
    expect(listed.body.services).toHaveLength(1)
    expect(listed.body.services[0]).toMatchObject({ id: service, units: [{ id: 'adult', price: 1800 }, {}] })
    expect(JSON.stringify([listed.body, (await ask('GET', `/v1/services/${service}`)).body])).not.toContain(
      'pool_',
    )

    const pools = `/v1/locations/${location}/pools`
    expect((await ask('GET', pools)).status).toBe(401)
    expect(
      (await ask('GET', pools, undefined, { key: await makeKey('partner', { testMode: false }) })).status,
    ).toBe(403)
    const staff = await makeKey('staff', { testMode: false })
    const seen = await ask('GET', pools, undefined, { key: staff })
    expect(seen.body.pools).toMatchObject([{ id: pool, bucket: 'departure', capacity: 7, archived: false }])
    const forStaff = await ask('GET', `/v1/services/${service}`, undefined, { key: staff })
    expect(forStaff.body.needs).toEqual([{ of: [pool], take: 'places' }])
    for (const path of [
      '/v1/organisation',
      '/v1/locations',
      `/v1/locations/${location}`,
      `/v1/services/${service}`,
    ]) {
      expect((await ask('GET', path, undefined, { key: 'nobody-s-secret-at-all' })).status).toBe(401)
    }
  })
})

describe('the organisation', () => {
  test('is set up, read by everybody and renamed by revision', async () => {
    expect((await ask('GET', '/v1/organisation')).status).toBe(404)
    const key = await admin()
    const put = async (body: unknown, idempotencyKey = crypto.randomUUID()) =>
      ask('PUT', '/v1/organisation', body, { key, idempotencyKey })
    const idempotencyKey = crypto.randomUUID()
    const first = await put({ name: { en: 'Harbour' } }, idempotencyKey)
    expect([first.status, first.body]).toEqual([200, { name: { en: 'Harbour' }, revision: 1 }])
    const all = await Promise.all(['A', 'B', 'C', 'D'].map((en) => put({ name: { en }, revision: 1 })))
    expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    expect(all.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'stale_revision',
      facts: { revision: 2 },
    })
    expect((await put({ name: { en: 'Harbour' } }, idempotencyKey)).body.revision).toBe(2)
    expect((await put({ name: { en: 'Other' } }, idempotencyKey)).body.code).toBe('key_reused')
    expect((await put({ name: { en: 'Harbour University' } })).body.revision).toBe(3)
    expect((await ask('GET', '/v1/organisation')).body.name).toEqual({ en: 'Harbour University' })
    expect((await eventsOf('organisation')).map(({ revision }) => revision)).toEqual([1, 2, 3])
    for (const body of [{}, { name: {} }, { name: { fr: 'x' } }, { name: { en: ' ' } }]) {
      expect((await put(body)).status).toBe(422)
    }
  })
})

describe('a location', () => {
  test('is opened, found, and told about in one event', async () => {
    const idempotencyKey = crypto.randomUUID()
    const key = await admin()
    const opened = await ask('POST', '/v1/locations', museum, { key, idempotencyKey })
    expect([opened.status, opened.body]).toEqual([
      201,
      { ...museum, id: opened.body.id, testMode: false, simulatedNow: null, revision: 1, archived: false },
    ])
    const { id } = opened.body
    const again = await ask('POST', '/v1/locations', museum, { key, idempotencyKey })
    expect([again.body, again.headers.get('Idempotent-Replayed')]).toEqual([opened.body, 'true'])
    expect((await ask('GET', `/v1/locations/${id}`)).body).toEqual(opened.body)
    expect((await eventsOf(id)).map(({ type, actor }) => [type, actor])).toEqual([
      ['location.created', key.id],
    ])

    const test = await made('/v1/locations', { ...museum, simulatedNow: '2026-11-21T13:00:00+01:00' })
    expect(test).toMatchObject({ testMode: true, simulatedNow: '2026-11-21T12:00:00+00:00' })
    expect((await eventsOf(test.id)).map(({ at }) => at)).toEqual([noon])
  })

  test('is listed a page at a time, until it is archived', async () => {
    const ids = [await newLocation(), await newLocation(), await newLocation()]
    const seen = async () => {
      const found: string[] = []
      for (let after = ''; ; ) {
        const { body } = await ask('GET', `/v1/locations?limit=2${after}`)
        found.push(...body.locations.map(({ id }: { id: string }) => id))
        if (body.next === null) return found.filter((id) => ids.includes(id))
        after = `&after=${body.next}`
      }
    }
    expect(await seen()).toEqual(ids)
    const archived = await patch(`/v1/locations/${ids[1]}`, { revision: 1, archived: true })
    expect(archived.body).toMatchObject({ archived: true, revision: 2 })
    expect(await seen()).toEqual([ids[0], ids[2]])
    expect((await ask('GET', `/v1/locations/${ids[1]}`)).status).toBe(404)
    expect((await ask('GET', `/v1/locations/${ids[1]}/services`)).status).toBe(404)
    expect(
      (await ask('GET', `/v1/locations/${ids[1]}`, undefined, { key: await admin() })).body.archived,
    ).toBe(true)
    expect(
      (await post(`/v1/locations/${ids[1]}/pools`, { name: 'x', bucket: 'day', capacity: 1 })).body.code,
    ).toBe('wrong_state')
    expect((await eventsOf(ids[1] ?? '')).map(({ type }) => type)).toEqual([
      'location.created',
      'location.archived',
    ])
    expect((await ask('GET', '/v1/locations?after=x')).body.errors[0].rule).toBe('cursor')
    expect((await ask('GET', '/v1/locations?limit=0')).status).toBe(400)
  })

  test('changes by its revision, and only one of two at once', async () => {
    const id = await newLocation()
    const all = await Promise.all(
      ['A', 'B', 'C', 'D', 'E', 'F'].map((en) => patch(`/v1/locations/${id}`, { revision: 1, name: { en } })),
    )
    expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409])
    const winner = all.find(({ status }) => status === 200)
    const read = await ask('GET', `/v1/locations/${id}`)
    expect(read.body).toEqual(winner?.body)
    expect(read.body).toMatchObject({ revision: 2, address: '1 Harbour Street' })
    expect(await eventsOf(id)).toHaveLength(2)
    const cleared = await patch(`/v1/locations/${id}`, { revision: 2, address: null })
    expect(cleared.body).toMatchObject({ address: null, name: read.body.name, revision: 3 })
    const [event] = await rows<{ data: string }>(
      'SELECT data FROM event WHERE subject = ? AND revision = 3',
      id,
    )
    expect(JSON.parse(event?.data ?? '')).toEqual({ changed: ['address'] })
    for (const body of [
      { revision: 3 },
      { revision: 3, zone: 'UTC' },
      { name: { en: 'x' } },
      { revision: 3, archived: false },
    ]) {
      expect((await patch(`/v1/locations/${id}`, body)).status).toBe(422)
    }
  })

  test('takes time from the caller only in test mode', async () => {
    const key = await admin()
    const [live, simulated] = [await newLocation(), await newLocation({ simulatedNow: clock })]
    const body = { revision: 1, name: { en: 'x' } }
    const refused = await ask('PATCH', `/v1/locations/${live}`, body, { key, now: noon })
    expect(refused.body.code).toBe('time_not_allowed')
    expect((await ask('POST', '/v1/locations', museum, { key, now: noon })).body.code).toBe(
      'time_not_allowed',
    )
    const back = await ask('PATCH', `/v1/locations/${simulated}`, body, { key, now: noon - 1 })
    expect(back.body.code).toBe('time_backwards')
    const done = await ask('PATCH', `/v1/locations/${simulated}`, body, { key, now: noon + 60_000 })
    expect(done.body.simulatedNow).toBe('2026-11-21T12:01:00+00:00')
    expect((await eventsOf(simulated)).map(({ at }) => at)).toEqual([noon, noon + 60_000])
  })

  const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
  const night = [{ from: '22:00', to: '02:00' }]
  const twice = [
    { from: '09:00', to: '12:00' },
    { from: '11:00', to: '17:00' },
  ]
  const spring = (intervals: object[]) => ({ ...office, exceptions: [{ date: '2027-03-28', intervals }] })
  const autumn = (more: object = {}) => ({
    ...office,
    exceptions: [{ date: '2026-10-25', intervals: [{ from: '01:30', to: '03:00' }], ...more }],
  })
  test.each([
    [
      'an unseen character in its name',
      { name: { en: 'a\nb', ar: 'a\u0000' } },
      ['name.en invalid_format', 'name.ar invalid_format'],
    ],
    ['a zone that nobody has', { zone: 'Europe/Atlantis' }, ['zone unknown_zone']],
    ['a zone in small letters', { zone: 'europe/london' }, ['zone unknown_zone']],
    ['an offset for a zone', { zone: '+01:00' }, ['zone unknown_zone']],
    ['money of no country', { currency: 'ABC' }, ['currency unknown_currency']],
    ['another code of a country', { country: 'UK' }, ['country unknown_country']],
    ['a union', { country: 'EU' }, ['country unknown_country']],
    [
      'two things wrong',
      { country: 'XX', currency: 'XXQ' },
      ['currency unknown_currency', 'country unknown_country'],
    ],
    ['a clock before 1990', { simulatedNow: '1990-01-01T00:00:00+14:00' }, ['simulatedNow custom']],
    [
      'nights in one interval',
      { hours: everyDay(night) },
      weekdays.map((day) => `hours.weekly.${day}.0.to to_not_after_from`),
    ],
    [
      'hours that overlap',
      { hours: { ...office, weekly: { ...office.weekly, tue: twice } } },
      ['hours.weekly.tue.1 overlaps'],
    ],
    [
      'a wall time that is skipped',
      { hours: spring([{ from: '01:30', to: '12:00' }]) },
      ['hours.exceptions.0.intervals.0.from time_does_not_exist'],
    ],
    [
      'a wall time that exists twice',
      { hours: autumn() },
      ['hours.exceptions.0.intervals.0.from time_is_ambiguous'],
    ],
    [
      'a season backwards',
      { hours: { ...office, seasons: [{ from: '2026-12-31', to: '2026-12-01', weekly: office.weekly }] } },
      ['hours.seasons.0.to to_before_from'],
    ],
  ])('is not opened with %s', async (_, wrong, errors) => {
    expect(faults(await post('/v1/locations', { ...museum, ...wrong }))).toEqual(errors)
  })

  test('is opened with a wall time that exists twice once it says which', async () => {
    await newLocation({ hours: autumn({ fold: 'later' }) })
  })
})

describe('the hours of one date', () => {
  const at = (location: string, date: string) => `/v1/locations/${location}/exceptions/${date}`
  const put = async (location: string, date: string, body: unknown) =>
    ask('PUT', at(location, date), body, { key: await admin() })

  test('are set, replaced and left to the usual ones again', async () => {
    const id = await newLocation()
    await put(id, '2026-12-26', { intervals: [], reason: 'Boxing Day' })
    await put(id, christmas, { intervals: [{ from: '10:00', to: '12:00' }] })
    const replaced = await put(id, christmas, { intervals: [] })
    expect(replaced.body.hours.exceptions).toEqual([
      { date: christmas, intervals: [] },
      { date: '2026-12-26', intervals: [], reason: 'Boxing Day' },
    ])
    const left = await ask('DELETE', at(id, '2026-12-26'), undefined, { key: await admin() })
    expect(left.body).toMatchObject({ revision: 5, hours: { exceptions: [{ date: christmas }] } })
    const told = await rows<{ data: string }>('SELECT data FROM event WHERE subject = ? ORDER BY seq', id)
    expect(JSON.parse(told[3]?.data ?? '')).toMatchObject({
      date: christmas,
      before: [{ from: '10:00', to: '12:00' }],
      after: [],
    })
    expect(JSON.stringify(told)).not.toContain('Boxing')
  })

  test('are all kept when set at once', async () => {
    const id = await newLocation()
    const dates = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `2026-12-0${n}`)
    const all = await Promise.all(dates.map((date) => put(id, date, { intervals: [] })))
    expect(all.map(({ status }) => status)).toEqual(dates.map(() => 200))
    const { body } = await ask('GET', `/v1/locations/${id}`)
    expect(body.hours.exceptions.map(({ date }: { date: string }) => date)).toEqual(dates)
    expect(body.revision).toBe(9)
  })

  test('name what is wrong by their own paths', async () => {
    const id = await newLocation()
    const from = { intervals: [{ from: '01:30', to: '09:00' }] }
    expect(faults(await put(id, '2027-03-28', from))).toEqual(['intervals.0.from time_does_not_exist'])
    expect(faults(await put(id, '2026-10-25', from))).toEqual(['intervals.0.from time_is_ambiguous'])
    for (const date of ['2026-02-30', 'christmas', '1989-01-01']) {
      expect((await put(id, date, { intervals: [] })).status).toBe(400)
    }
  })

  test('are at most as many as there may be', async () => {
    const dates = Array.from({ length: 400 }, (_, i) =>
      new Date(Date.UTC(2027, 0, 1 + i)).toISOString().slice(0, 10),
    )
    const exceptions = dates.map((date) => ({ date, intervals: [] }))
    const id = await newLocation({ hours: { ...office, exceptions } })
    expect(faults(await put(id, '2029-01-01', { intervals: [] }))).toEqual(['date too_many'])
    expect((await put(id, dates[0] ?? '', { intervals: [{ from: '10:00', to: '11:00' }] })).status).toBe(200)
  })
})
