import { Icon } from '../components/icon.tsx'
import { Qr } from '../components/qr.tsx'
import { Name } from '../components/text.tsx'
import { ClosedUntil, RecordText, SpanText, type WaitOfService } from '../components/wait.tsx'
import { Layout } from '../layout.tsx'
import type { Frame } from '../views.ts'

export type HallView = {
  frame: Frame
  liveHref: string
  seq: number
  place: string
  zone: string
  /** Those called and not yet being helped, the latest first. */
  calls: { number: string; desk: string; seq: number }[]
  /** When people can join again, where the place is closed. */
  opensAt: number | null
  services: ({ name: string; waiting: number; closed: boolean } & WaitOfService)[]
  joinAddress: string
}

/** The screen in the hall: whose turn it is and where to go, how long it takes, and a code to join with. */
export const HallPage = (view: HallView) => {
  const { frame, liveHref, seq, place, zone, calls, opensAt, services, joinAddress } = view
  const r = frame.reader
  return (
    <Layout
      frame={frame}
      title={r.say('hall.title')}
      scripts={['/live.js']}
      styles={['/queue.css']}
      refreshes={true}
    >
      <div class="hall" data-live={liveHref} data-seq={seq}>
        <p class="eyebrow">
          <Name text={place} />
        </p>
        <h1>{r.say('hall.title')}</h1>
        {calls.length === 0 ? <p class="lead">{r.say('hall.none')}</p> : null}
        <ul class="calls">
          {calls.map((call) => (
            <li data-say={call.seq}>
              <bdi class="call-number">{call.number}</bdi> <Icon name="forward" /> <Name text={call.desk} />
            </li>
          ))}
        </ul>
        <div class="hall-foot">
          <ul class="hall-lines">
            {services.map(({ name, waiting, wait, record, closed }) => (
              <li>
                <Name text={name} />
                <span class="quiet">{r.say('queue.waiting', { count: waiting })}</span>
                {closed ? (
                  opensAt === null && <span>{r.say('queue.closed')}</span>
                ) : (
                  <span>
                    <SpanText r={r} zone={zone} span={wait} of="joining" />
                  </span>
                )}
                <RecordText r={r} record={record} />
              </li>
            ))}
          </ul>
          <div class="hall-join">
            {opensAt === null ? (
              <>
                <Qr text={joinAddress} label={r.say('queue.scan')} />
                <p aria-hidden="true">{r.say('queue.scan')}</p>
              </>
            ) : (
              <p>
                <ClosedUntil r={r} zone={zone} at={opensAt} />
              </p>
            )}
          </div>
        </div>
        <button type="button" class="button button-plain" hidden data-sound>
          {r.say('hall.sound')}
        </button>
      </div>
    </Layout>
  )
}
