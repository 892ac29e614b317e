import { limits } from '../config.ts'
import { isCurrency } from '../kernel/money.ts'
import type { FieldError } from '../kernel/result.ts'
import { isWallTime, isZone } from '../kernel/time.ts'
import type { Pool } from './catalogue.ts'
import type { LocationBody, ServiceBody } from './contract.ts'
import { checkHours } from './hours.ts'
import { fillings, groupNeeds } from './needs.ts'

/** What no schema can see of a configuration whose shape is right: each error names the field and the rule it breaks. */

const error = (path: string, rule: string, message: string): FieldError => ({ path, rule, message })

export const below = (root: string, errors: FieldError[]): FieldError[] =>
  errors.map((one) => ({ ...one, path: `${root}.${one.path}` }))

/** Regions that Intl knows and that are no country. */
const notCountries = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ'])
const regionNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** Whether this is the ISO 3166 code of a country of today: 'UK' and 'SU' are other codes of countries, so they are not. */
const isCountry = (code: string): boolean =>
  !notCountries.has(code) &&
  regionNames.of(code) !== undefined &&
  new Intl.Locale(`und-${code}`).region === code

export function checkLocation({ zone, currency, country, hours }: LocationBody): FieldError[] {
  const errors: FieldError[] = []
  if (!isCurrency(currency)) {
    errors.push(error('currency', 'unknown_currency', `${currency} is no currency of ISO 4217.`))
  }
  if (!isCountry(country)) {
    errors.push(error('country', 'unknown_country', `${country} is no country of ISO 3166.`))
  }
  if (!isZone(zone)) {
    return [
      ...errors,
      error('zone', 'unknown_zone', 'Not a time zone as the IANA spells it, such as Europe/London.'),
    ]
  }
  return [...errors, ...below('hours', checkHours(hours, zone))]
}

/**
 * Everything wrong with a service, by field paths below it. `pools` are those its needs name, whatever their location.
 *
 * That the location opens on the grid of the pools' buckets is not asked: hours change by themselves, and a claim covers
 * every bucket that it touches. A slot off the grid takes up to one bucket more on either side and never less.
 */
export function checkService(service: ServiceBody, location: string, pools: Map<string, Pool>): FieldError[] {
  const unknown = service.needs.flatMap(({ of }, i) =>
    of.flatMap((id, j) => {
      const pool = pools.get(id)
      const path = `needs.${i}.of.${j}`
      if (pool?.locationId !== location) {
        return [error(path, 'unknown_pool', 'There is no such pool at this location.')]
      }
      return pool.archived ? [error(path, 'unknown_pool', 'This pool is archived.')] : []
    }),
  )
  return [
    ...checkUnits(service),
    ...checkTimes(service),
    ...(service.holdMinutes > service.maxHoldMinutes
      ? [error('holdMinutes', 'hold_above_max', 'A hold is at most maxHoldMinutes long.')]
      : []),
    ...unknown,
    ...checkCandidates(service),
    ...(unknown.length > 0 ? [] : [...checkBuckets(service, pools), ...checkAlternatives(service)]),
  ]
}

function checkUnits({ units }: ServiceBody): FieldError[] {
  const errors: FieldError[] = []
  for (const [i, { id, min, max }] of units.entries()) {
    if (units.findIndex((unit) => unit.id === id) < i) {
      errors.push(error(`units.${i}.id`, 'duplicate', `There is a unit ${id} already.`))
    }
    if (min > max) errors.push(error(`units.${i}.max`, 'max_below_min', 'The most is less than the least.'))
  }
  if (units.every(({ places }) => places === 0)) {
    errors.push(error('units', 'no_places', 'None of the units takes a place, so nothing could be booked.'))
  }
  return errors
}

function checkTimes(service: ServiceBody): FieldError[] {
  if (service.kind === 'nights') {
    return (['checkIn', 'checkOut'] as const)
      .filter((field) => !isWallTime(service[field]))
      .map((field) => error(field, 'wall_time', 'A wall time from 00:00 to 23:59.'))
  }
  if (service.kind !== 'departures') return []
  const errors: FieldError[] = []
  const taken = new Set<string>()
  for (const [i, { time, days }] of service.departures.entries()) {
    if (!isWallTime(time)) {
      errors.push(error(`departures.${i}.time`, 'wall_time', 'A wall time from 00:00 to 23:59.'))
    }
    for (const [j, day] of days.entries()) {
      if (taken.has(`${day} ${time}`)) {
        errors.push(
          error(`departures.${i}.days.${j}`, 'duplicate', `There is one at ${time} on that day already.`),
        )
      }
      taken.add(`${day} ${time}`)
    }
  }
  return errors
}

const checkCandidates = ({ needs }: ServiceBody): FieldError[] =>
  needs.flatMap(({ of }, i) =>
    of.length === 0
      ? [error(`needs.${i}.of`, 'no_candidate', 'At least one pool fills a need.')]
      : of.flatMap((id, j) =>
          of.indexOf(id) < j ? [error(`needs.${i}.of.${j}`, 'duplicate', 'This pool is named already.')] : [],
        ),
  )

/** What the pools of each kind of service are counted by. */
const grains: Record<ServiceBody['kind'], { fits: (minutes: number) => boolean; words: string }> = {
  slots: { fits: (minutes) => minutes === 5 || minutes === 15, words: '5 or 15 minutes' },
  departures: { fits: (minutes) => minutes !== 1440, words: 'departures or by 5 or 15 minutes' },
  opening_hours: { fits: (minutes) => minutes === 1440, words: 'days' },
  nights: { fits: (minutes) => minutes === 1440, words: 'days' },
}

function checkBuckets(service: ServiceBody, pools: Map<string, Pool>): FieldError[] {
  const errors: FieldError[] = []
  const { fits, words } = grains[service.kind]
  const inMinutes = new Set<number>()
  for (const [i, { of }] of service.needs.entries()) {
    const found = of.map((id) => pools.get(id)?.bucketMinutes ?? 0)
    for (const [j, minutes] of found.entries()) {
      const path = `needs.${i}.of.${j}`
      if (!fits(minutes))
        errors.push(error(path, 'wrong_bucket', `This kind of service takes pools by ${words}.`))
      else if (minutes !== found[0]) {
        errors.push(
          error(path, 'mixed_buckets', 'The candidates of one need are counted by the same bucket.'),
        )
      } else if (minutes === 5 || minutes === 15) inMinutes.add(minutes)
    }
  }
  const bucket = Math.max(0, ...inMinutes)
  return bucket === 0 ? errors : [...errors, ...checkGrid(service, bucket)]
}

/** That starts, durations and buffers are whole buckets; 5 divides 15, so the coarsest of them is asked. */
function checkGrid(service: ServiceBody, bucket: number): FieldError[] {
  const off = (path: string, minutes: number) =>
    minutes % bucket === 0
      ? []
      : [error(path, 'bucket_divides', `A multiple of ${bucket} minutes, the bucket of a pool it needs.`)]
  if (service.kind !== 'slots' && service.kind !== 'departures') return []
  return [
    ...off('durationMinutes', service.durationMinutes),
    ...off('bufferBeforeMinutes', service.bufferBeforeMinutes),
    ...off('bufferAfterMinutes', service.bufferAfterMinutes),
    ...(service.kind === 'slots'
      ? off('startEveryMinutes', service.startEveryMinutes)
      : service.departures.flatMap(({ time }, i) => off(`departures.${i}.time`, Number(time.slice(3))))),
  ]
}

/** Needs that share candidates must have a pool each, and not in more ways than a write can try. */
function checkAlternatives({ needs }: ServiceBody): FieldError[] {
  return groupNeeds(needs.map(({ of }) => of)).flatMap((group) => {
    const wanted = group.map((index) => {
      const { of, take } = needs[index] as ServiceBody['needs'][number]
      // As different as they can get: a need by places asks for other units than one that takes a single one.
      return { units: take === 'one' ? 1 : 2, of, key: of.join() }
    })
    // From the fewest candidates on, so that what cannot be filled shows before much has been tried.
    const ways = fillings(
      wanted.toSorted((a, b) => a.of.length - b.of.length),
      limits.alternatives + 1,
    ).length
    const path = `needs.${group[0]}.of`
    if (ways > limits.alternatives) {
      const message = `Needs that share pools can be filled in more than ${limits.alternatives} ways; share fewer.`
      return [error(path, 'too_many_alternatives', message)]
    }
    const empty = needs.some(({ of }) => of.length === 0)
    return ways === 0 && !empty
      ? [error(path, 'no_candidate', 'Needs that share pools cannot each have one of their own.')]
      : []
  })
}

/** Whether every need of a service can be met by pools of their own among those that `works` lets through. */
export const canBeFilled = (
  { needs }: Pick<ServiceBody, 'needs'>,
  works: (pool: string) => boolean,
): boolean =>
  groupNeeds(needs.map(({ of }) => of)).every((group) => {
    const wanted = group.map((index) => {
      const of = (needs[index]?.of ?? []).filter(works)
      return { units: 1, of, key: of.join() }
    })
    return (
      fillings(
        wanted.toSorted((a, b) => a.of.length - b.of.length),
        1,
      ).length > 0
    )
  })
