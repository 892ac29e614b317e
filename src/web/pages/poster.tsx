import { Qr } from '../components/qr.tsx'
import { Name } from '../components/text.tsx'
import { directionOf, type Language, languages } from '../languages.ts'
import { Layout } from '../layout.tsx'
import { readerFor } from '../reader.ts'
import type { Frame } from '../views.ts'

export type PosterView = {
  frame: Frame
  /** In each language: whoever comes reads one of them. */
  place: Record<Language, string>
  country: string
  /** What the code leads to. */
  address: string
}

/** A sheet to print and hang at the door: scan it, and be in the queue. */
export const PosterPage = ({ frame, place, country, address }: PosterView) => {
  const r = frame.reader
  const others = languages.filter((language) => language !== r.language)
  return (
    <Layout frame={frame} title={r.say('queue.scan')} styles={['/queue.css']}>
      <div class="poster">
        <p class="eyebrow">
          <Name text={place[r.language]} />
        </p>
        <h1>{r.say('queue.scan')}</h1>
        {others.map((language) => (
          <p class="lead" lang={language} dir={directionOf(language)}>
            {readerFor(language, country).say('queue.scan')}
          </p>
        ))}
        <Qr text={address} label={r.say('queue.scan')} />
        <p class="quiet">{r.say('queue.or_open')}</p>
        <p class="poster-address">
          <a href={address} dir="ltr">
            {address}
          </a>
        </p>
      </div>
    </Layout>
  )
}
