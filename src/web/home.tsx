import { readOffer } from '../location/index.ts'
import type { AppContext } from '../platform/http.ts'
import { findHref, joinHref, wordHref, workBoardHref } from './address.ts'
import { frameFor, inLanguage, page } from './page.tsx'
import { HomePage } from './pages/home.tsx'
import { readerFor } from './reader.ts'

/** What can be booked, and where. */
export async function homePage(c: AppContext): Promise<Response> {
  const { organisation, locations } = await readOffer(c.get('context'))
  const country = locations.length === 1 ? locations[0]?.location.country : undefined
  const frame = frameFor(c, country, organisation)
  const { language } = frame.reader
  return page(c, HomePage, {
    frame,
    locations: locations.map(({ location, services, hasQueue, hasWork }) => ({
      reader: readerFor(language, location.country),
      name: inLanguage(language, location.name),
      address: location.address,
      queueHref: hasQueue ? joinHref(location.id) : null,
      workHref: hasWork ? workBoardHref(location.id) : null,
      wordHref: hasQueue || hasWork ? wordHref(location.id) : null,
      services: services.map((service) => ({
        href: findHref(service.id),
        name: inLanguage(language, service.name),
        description: service.description ? inLanguage(language, service.description) : null,
        minutes: 'durationMinutes' in service ? service.durationMinutes : null,
        from: { amountMinor: leastOf(service.units.map(({ price }) => price)), currency: location.currency },
      })),
    })),
  })
}

/** The least that is paid; nothing where nobody pays. A child that goes along for free makes no free service. */
const leastOf = (prices: number[]): number => {
  const paid = prices.filter((price) => price > 0)
  return paid.length === 0 ? 0 : Math.min(...paid)
}
