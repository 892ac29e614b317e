import type { Reader } from '../reader.ts'
import { Name } from './text.tsx'

export type PlaceLink = { name: string; href: string; current: boolean }

/** From one location to another on the pages of staff; nothing where there is only one. */
export const Places = ({ r, places }: { r: Reader; places: PlaceLink[] }) =>
  places.length > 1 ? (
    <nav aria-label={r.say('desk.places')} class="desk-where">
      <ul>
        {places.map(({ name, href, current }) => (
          <li>
            <a href={href} aria-current={current ? 'page' : undefined}>
              <Name text={name} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  ) : null
