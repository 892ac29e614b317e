import { Button, PostForm } from '../components/form.tsx'
import { Notice } from '../components/notice.tsx'
import { Name, Reference, Time } from '../components/text.tsx'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Form, Frame } from '../views.ts'

/** A verb as a button, with the key that presses it. */
export type Verb = { form: Form; text: string; key: string | null }

export type BoardDesk = {
  name: string
  status: 'open' | 'closed' | 'break'
  /** Number and state of the visit at it. */
  visit: { number: string; status: 'called' | 'serving' | 'paused' } | null
  chosen: boolean
  href: string
}

export type BoardTicket = {
  number: string
  reference: string
  service: string
  party: number
  status: 'waiting' | 'paused' | 'missed'
  since: number
  appointmentAt: number | null
  presence: 'remote' | 'on_the_way' | 'on_site' | 'unknown'
  reachable: boolean
  verbs: Verb[]
}

export type BoardView = {
  frame: Frame
  liveHref: string
  /** The queue's last event that the page knows of. */
  seq: number
  place: string
  zone: string
  bookingsHref: string
  desks: BoardDesk[]
  /** What the chosen desk can do; the first is Next. */
  verbs: Verb[]
  tickets: BoardTicket[]
  notice: string | null
}

/** `about` is what the verb is for, where the eye sees it in the row and the ear would not. */
const Press = ({ verb, look, about }: { verb: Verb; look: 'main' | 'plain'; about?: string }) => (
  <PostForm form={verb.form}>
    <Button look={look}>
      {verb.text}
      {about ? (
        <span class="unseen">
          {' '}
          <bdi>{about}</bdi>
        </span>
      ) : null}
      {verb.key ? <kbd data-key={verb.key}>{verb.key.toUpperCase()}</kbd> : null}
    </Button>
  </PostForm>
)

const Desk = ({ r, desk }: { r: Reader; desk: BoardDesk }) => (
  <li>
    <a
      href={desk.href}
      class={`board-desk board-${desk.status}`}
      aria-current={desk.chosen ? 'true' : undefined}
    >
      <strong>
        <Name text={desk.name} />
      </strong>
      {desk.visit ? (
        <span>
          <bdi class="board-number">{desk.visit.number}</bdi> {r.say(`board.${desk.visit.status}`)}
        </span>
      ) : (
        <span class="quiet">{r.say(desk.status === 'open' ? 'board.free' : `board.${desk.status}`)}</span>
      )}
    </a>
  </li>
)

const Ticket = ({ r, ticket, zone }: { r: Reader; ticket: BoardTicket; zone: string }) => (
  <li class="board-row">
    <span class="board-number">
      <bdi>{ticket.number}</bdi>
    </span>
    <span>
      <Name text={ticket.service} />
      <span class="quiet"> {r.say('board.party', { count: ticket.party })}</span>
      {ticket.appointmentAt === null ? null : (
        <span class="quiet">
          {' '}
          {r.sayWith('board.appointment', { time: <Time r={r} at={ticket.appointmentAt} zone={zone} /> })}
        </span>
      )}
      {ticket.presence === 'remote' ? <em> {r.say('board.away')}</em> : null}
      {ticket.presence === 'on_the_way' ? <em> {r.say('board.on_the_way')}</em> : null}
      {ticket.reachable ? null : <em> {r.say('board.unreachable')}</em>}
    </span>
    <span class="quiet">
      {ticket.status === 'waiting' ? null : <strong>{r.say(`board.${ticket.status}`)} </strong>}
      {r.sayWith('board.since', { time: <Time r={r} at={ticket.since} zone={zone} /> })}
    </span>
    <span>
      <Reference code={ticket.reference} />
    </span>
    <span class="board-verbs">
      {ticket.verbs.map((verb) => (
        <Press verb={verb} look="plain" about={ticket.number} />
      ))}
    </span>
  </li>
)

/** The desk's board: Next on one key, every verb in sight, who waits and where they are. */
export const BoardPage = (view: BoardView) => {
  const { frame, place, zone, verbs, tickets } = view
  const r = frame.reader
  const [next, ...others] = verbs
  return (
    <Layout
      frame={frame}
      title={r.say('board.title', { place })}
      scripts={['/live.js']}
      styles={['/queue.css']}
      refreshes={true}
    >
      <div class="board" data-live={view.liveHref} data-seq={view.seq}>
        {view.notice ? (
          <Notice tone="warning" announce={true}>
            <p>{view.notice}</p>
          </Notice>
        ) : null}
        <div class="pager-row">
          <h1>{r.say('board.title', { place })}</h1>
          <a href={view.bookingsHref}>{r.say('board.bookings')}</a>
        </div>
        <nav aria-label={r.say('board.desk')}>
          <ul class="board-desks">
            {view.desks.map((desk) => (
              <Desk r={r} desk={desk} />
            ))}
          </ul>
        </nav>
        <section class="panel board-press" aria-label={r.say('board.keys')}>
          {next ? <Press verb={next} look="main" /> : null}
          <div class="actions">
            {others.map((verb) => (
              <Press verb={verb} look="plain" />
            ))}
          </div>
        </section>
        <section aria-labelledby="waiting">
          <h2 id="waiting">{r.say('board.waiting')}</h2>
          {tickets.length === 0 ? (
            <p class="empty">{r.say('board.nobody')}</p>
          ) : (
            <ol class="board-list">
              {tickets.map((ticket) => (
                <Ticket r={r} ticket={ticket} zone={zone} />
              ))}
            </ol>
          )}
        </section>
      </div>
    </Layout>
  )
}
