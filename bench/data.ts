import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as others } from 'node:timers/promises'
import { databaseFile } from '../scripts/runtime.ts'

/** A location with room enough for every run, and bookings in bulk, straight into the database of a stopped runtime. */

export const zone = 'Europe/London'
export const service = 'svc_00000000000000000000000001'
/** Live keys of one partner, to be used in turn: a single one would be shielded as a flood. */
export const secrets = Array.from({ length: 50 }, (_, n) => `dawr_bench_of_no_use_anywhere_else_${n}`)

/** So many bookings lie ahead, where the availability looks, however many there are in all. */
const ahead = 1_000
const daysAhead = 62
/** Ended before today, on as many days as it takes. */
const perPastDay = 150

export const location = 'loc_00000000000000000000000001'
/** By how many wait there. Their clock stands still: nothing falls due while it is measured. */
export const clinics = { 10: 'loc_00000000000000000000000010', 5000: 'loc_00000000000000000000005000' }
/** The key of whoever keeps the place. */
export const adminSecret = 'dawr_bench_admin_of_no_use_anywhere_else'
const pools = [1, 2, 3].map((n) => `pool_0000000000000000000000000${n}`)
const partner = 'ptn_00000000000000000000000001'
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const open = { from: '09:00', to: '17:00' }

const rules = {
  kind: 'slots',
  name: { en: 'Haircut', nl: 'Knippen', ar: 'قص شعر' },
  units: [
    {
      id: 'adult',
      name: { en: 'Adult', nl: 'Volwassene', ar: 'بالغ' },
      places: 1,
      price: 3200,
      min: 0,
      max: 10,
    },
    { id: 'child', name: { en: 'Child', nl: 'Kind', ar: 'طفل' }, places: 1, price: 1800, min: 0, max: 10 },
  ],
  needs: [{ of: pools, take: 'one' }],
  durationMinutes: 30,
  startEveryMinutes: 15,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  leadTimeMinutes: 0,
  cancelCutOffMinutes: 60,
  horizonDays: 90,
  // Longer than a run: nothing expires in it.
  holdMinutes: 720,
  maxHoldMinutes: 1440,
}

/**
 * Three chairs, 09:00 to 17:00, a start every 15 minutes; `bookings` confirmed ones, the first thousand ahead.
 *
 * @throws the reason of `stop`, soon after it
 */
export async function fill(state: string, bookings: number, now: number, stop: AbortSignal): Promise<void> {
  const db = new DatabaseSync(databaseFile(state))
  db.exec('PRAGMA synchronous = OFF; BEGIN')
  configure(db, now)
  const claim = db.prepare(
    `INSERT INTO claim (booking_id, seq, pool_id, from_bucket, to_bucket, units, claimed_at) VALUES (?, 0, ?, ?, ?, 1, ?)`,
  )
  const booking = db.prepare(
    `INSERT INTO booking (
       id, reference, location_id, service_id, status, slot, starts_at, ends_at, units, places, price, hold_limit,
       cancel_until, channel, partner_id, created_at, confirmed_at, revision, changed_at, changed_by, command, fingerprint
     ) VALUES (
       :id, :reference, '${location}', '${service}', 'confirmed', :slot, :start, :start + 1800000,
       '[{"unit":"adult","quantity":1,"price":3200}]', 1, 3200, :made, :start - 3600000, 'partner', '${partner}', :made,
       :made, 2, :made, 'key_0', '${partner} ' || :id, 'bench'
     )`,
  )
  const quarter = 15 * 60_000
  const today = Math.floor(now / 86_400_000) * 96
  for (let n = 0; n < bookings; n++) {
    if (n % 5_000 === 0) {
      await others()
      stop.throwIfAborted()
    }
    const isPast = n < bookings - ahead
    const i = isPast ? n : n - (bookings - Math.min(ahead, bookings))
    const day = isPast ? -1 - Math.floor(i / perPastDay) : 1 + (i % daysAhead)
    const bucket = today + day * 96 + 36 + ((i * 7) % 31)
    // In the order of their making, as the product's ids are; none in the future.
    const made = now - (bookings - n) * 1_000
    const id = `bkg_${made.toString(32).padStart(10, '0')}${n.toString().padStart(16, '0')}`
    claim.run(id, pools[i % pools.length] as string, bucket, bucket + 2, made)
    booking.run({
      id,
      reference: scattered(n),
      slot: new Date(bucket * quarter).toISOString(),
      start: bucket * quarter,
      made,
    })
  }
  db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}

function configure(db: DatabaseSync, now: number): void {
  const hours = {
    weekly: Object.fromEntries(days.map((day) => [day, [open]])),
    seasons: [],
    exceptions: [],
  }
  const insert = (table: string, row: Record<string, string | number>) => {
    const names = Object.keys(row)
    db.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map((name) => `:${name}`)})`).run(row)
  }
  const place = {
    zone,
    currency: 'GBP',
    country: 'GB',
    hours: JSON.stringify(hours),
    revision: 1,
    created_at: now,
  }
  const salon = JSON.stringify({ en: 'Salon', nl: 'Kapper', ar: 'صالون' })
  insert('location', { ...place, id: location, name: salon, test_mode: 0 })
  for (const id of Object.values(clinics))
    insert('location', { ...place, id, name: '{"en":"Clinic"}', test_mode: 1, simulated_now: now })
  for (const id of pools) {
    insert('pool', {
      id,
      location_id: location,
      name: 'Chair',
      bucket_minutes: 15,
      capacity: 50_000,
      revision: 1,
    })
  }
  insert('service', {
    id: service,
    location_id: location,
    name: JSON.stringify(rules.name),
    kind: rules.kind,
    rules: JSON.stringify(rules),
    revision: 1,
  })
  insert('partner', { id: partner, name: 'Bench', revision: 1, created_at: now })
  const key = (secret: string, id: string) => ({
    hash: createHash('sha256').update(secret).digest('base64url'),
    id,
    kind: 'key',
    label: 'bench',
    test_mode: 0,
    created_at: now,
    revision: 1,
  })
  const scopes = '["config","desk","work","events"]'
  insert('credential', { ...key(adminSecret, 'key_admin'), role: 'admin', scopes })
  for (const [n, secret] of secrets.entries()) {
    const partners = { role: 'partner', partner_id: partner, scopes: '["bookings"]' }
    insert('credential', { ...key(secret, `key_${n}`), ...partners })
  }
}

/** A reference of its own for each number, in no order: seven characters, one more than the product's. */
const scattered = (n: number): string =>
  ((n * 7_368_787) % 36 ** 5).toString(36).toUpperCase().padStart(7, '0')
