import { formatNumber } from '../../kernel/format.ts'
import { Name } from '../components/text.tsx'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { MessageKey } from '../say.ts'
import type { Frame } from '../views.ts'

export const keptKinds = ['call_by', 'start_by', 'ready_by', 'price_not_above'] as const
export type KeptKind = (typeof keptKinds)[number]

/** First promises to people who came by one channel, and how many of them were kept. */
export type KeptRow = {
  service: string
  name: string
  channel: string
  promises: number
  kept: number
  toldBefore: number
}

export type WordView = {
  frame: Frame
  place: string
  days: number
  kinds: { kind: KeptKind; rows: KeptRow[] }[]
}

const channels = ['web', 'kiosk', 'phone', 'front_desk', 'partner', 'api'] as const
const channelName = (r: Reader, channel: string) =>
  r.say(`word.by_${channels.find((known) => known === channel) ?? 'api'}` satisfies MessageKey)

const Row = ({ r, row: { name, channel, promises, kept, toldBefore } }: { r: Reader; row: KeptRow }) => (
  <tr>
    <th scope="row">
      <Name text={name} />
      <span class="quiet"> {channelName(r, channel)}</span>
    </th>
    <td>
      <meter min={0} max={promises} value={kept} aria-hidden="true" />
      <span>{r.say('word.kept_of', { kept: formatNumber(r.locale, kept), count: promises })}</span>
      {toldBefore > 0 ? <span class="quiet">{r.say('word.told', { count: toldBefore })}</span> : null}
    </td>
  </tr>
)

/** How well we kept our word: every kind of promise with its figures, whether they flatter or not. */
export const WordPage = ({ frame, place, days, kinds }: WordView) => {
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('word.title')} styles={['/word.css']} findable={true}>
      <p class="eyebrow">
        <Name text={place} />
      </p>
      <h1>{r.say('word.title')}</h1>
      <p class="lead">{r.say('word.lead', { days })}</p>
      {kinds.length === 0 ? <p class="empty">{r.say('word.empty')}</p> : null}
      {kinds.map(({ kind, rows }) => (
        <section aria-labelledby={kind}>
          <h2 id={kind}>{r.say(`word.${kind}`)}</h2>
          <table class="word">
            <thead class="unseen">
              <tr>
                <th scope="col">{r.say('word.service')}</th>
                <th scope="col">{r.say('word.kept')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row r={r} row={row} />
              ))}
            </tbody>
          </table>
        </section>
      ))}
      <p class="quiet">{r.say('word.counted')}</p>
    </Layout>
  )
}
