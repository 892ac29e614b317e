import { formatMinutes, type Money } from '../../kernel/format.ts'
import { Icon } from '../components/icon.tsx'
import { Amount, Name } from '../components/text.tsx'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Frame } from '../views.ts'

export type HomeService = {
  href: string
  name: string
  description: string | null
  minutes: number | null
  /** The least that anything of this service costs. */
  from: Money | null
}

type HomeLocation = {
  /** Digits and amounts are those of its country. */
  reader: Reader
  name: string
  address: string | null
  queueHref: string | null
  /** The work board; whoever is not signed in is asked to. */
  workHref: string | null
  /** How well promises were kept there. */
  wordHref: string | null
  services: HomeService[]
}
export type HomeView = { frame: Frame; locations: HomeLocation[] }

const LocationSection = ({ location, place }: { location: HomeLocation; place: number }) => {
  const r = location.reader
  return (
    <section class="location" aria-labelledby={`location-${place}`}>
      <h2 id={`location-${place}`}>
        <Name text={location.name} />
      </h2>
      {location.address ? (
        <p class="quiet with-icon">
          <Icon name="pin" />
          <Name text={location.address} />
        </p>
      ) : null}
      {location.queueHref ? (
        <p>
          <a class="button button-plain" href={location.queueHref}>
            {r.say('queue.title')}
          </a>
        </p>
      ) : null}
      <ul class="services">
        {location.services.map((service) => (
          <li>
            <a class="service" href={service.href}>
              <span class="service-name">
                <Name text={service.name} />
              </span>
              {service.description ? (
                <span class="service-text">
                  <Name text={service.description} />
                </span>
              ) : null}
              <span class="service-facts">
                {service.minutes === null ? null : (
                  <span class="with-icon">
                    <Icon name="clock" />
                    {formatMinutes(r.locale, service.minutes)}
                  </span>
                )}
                {service.from === null ? null : (
                  <span>
                    {service.from.amountMinor === 0
                      ? r.say('price.free')
                      : r.sayWith('price.from', { amount: <Amount r={r} money={service.from} /> })}
                  </span>
                )}
              </span>
              <Icon name="forward" />
            </a>
          </li>
        ))}
      </ul>
      {location.wordHref ? (
        <p class="quiet">
          <a href={location.wordHref}>{r.say('word.title')}</a>
        </p>
      ) : null}
      {location.workHref ? (
        <p class="quiet">
          <a href={location.workHref}>{r.say('work.board_for_staff')}</a>
        </p>
      ) : null}
    </section>
  )
}

/** Where, and what for. */
export const HomePage = ({ frame, locations }: HomeView) => {
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('home.title')} findable={true}>
      <h1>{r.say('home.title')}</h1>
      {locations.length === 0 ? <p class="lead">{r.say('home.empty')}</p> : null}
      {locations.map((location, place) => (
        <LocationSection location={location} place={place} />
      ))}
    </Layout>
  )
}
