import { Button, Hidden } from '../components/form.tsx'
import { Notice } from '../components/notice.tsx'
import { Name, Reference, Time } from '../components/text.tsx'
import { Key, KeyList, Press, type Verb } from '../components/verb.tsx'
import { ClosedUntil } from '../components/wait.tsx'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Form, Frame } from '../views.ts'

type Visit = { number: string; status: string; startedAt: number | null }

export type BoardDesk = {
  name: string
  status: 'open' | 'closed' | 'break'
  breakEndsAt: number | null
  visit: Visit | null
  chosen: boolean
  href: string
}

export type BoardTicket = {
  id: string
  number: string
  reference: string
  service: string
  party: number
  priority: string | null
  status: string
  /** When they came; of those who were missed, when they were called. */
  since: number
  appointmentAt: number | null
  deferredUntil: number | null
  presence: 'remote' | 'on_the_way' | 'on_site' | 'unknown'
  etaAt: number | null
  reachable: boolean
  verbs: Verb[]
  href: string
  /** All that can be done with it, where it was opened. */
  opened: Verb[] | null
}

export type BoardView = {
  frame: Frame
  liveHref: string
  /** The queue's last event that the page knows of. */
  seq: number
  place: string
  zone: string
  ways: { bookings: string; hall: string; poster: string; closed: string }
  desks: BoardDesk[]
  /** The visit at the chosen desk that has been open for so long that it asks. */
  asked: Visit | null
  /** What the chosen desk can do; the first is Next. */
  verbs: Verb[]
  visitNumber: string | null
  visitVerbs: Verb[]
  /** GET, finds anybody who waits as the field `find`. */
  find: Form & { value: string }
  tickets: BoardTicket[]
  missed: BoardTicket[]
  /** When people can join again, where the place is closed. */
  opensAt: number | null
  joins: { name: string; closed: boolean; verb: Verb }[]
  add: Verb
  keys: [name: string, text: string][]
  undo: { number: string; verb: Verb } | null
  notice: string | null
}

type Told = { r: Reader; zone: string }

const Desk = ({ r, zone, desk }: Told & { desk: BoardDesk }) => (
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
          <bdi class="board-number">{desk.visit.number}</bdi>{' '}
          {r.say(desk.visit.status === 'called' ? 'board.called' : 'board.serving')}
        </span>
      ) : (
        <span class="quiet">{r.say(desk.status === 'open' ? 'board.free' : `board.${desk.status}`)}</span>
      )}
      {desk.status === 'break' && desk.breakEndsAt !== null ? (
        <span class="quiet">
          {r.sayWith('board.until', { time: <Time r={r} at={desk.breakEndsAt} zone={zone} /> })}
        </span>
      ) : null}
    </a>
  </li>
)

/** Where somebody is, and when they may be called. */
const Whereabouts = ({ r, zone, ticket }: Told & { ticket: BoardTicket }) => {
  const at = (time: number) => <Time r={r} at={time} zone={zone} />
  const { appointmentAt, deferredUntil, presence, etaAt } = ticket
  return (
    <>
      {ticket.priority === null ? null : <strong> {r.say('board.priority')}</strong>}
      {appointmentAt === null ? null : (
        <span class="quiet"> {r.sayWith('board.appointment', { time: at(appointmentAt) })}</span>
      )}
      {presence === 'remote' ? <em> {r.say('board.away')}</em> : null}
      {presence === 'on_the_way' ? (
        <em> {etaAt === null ? r.say('board.on_the_way') : r.sayWith('board.eta', { time: at(etaAt) })}</em>
      ) : null}
      {deferredUntil === null || ticket.status !== 'waiting' ? null : (
        <em> {r.sayWith('board.not_before', { time: at(deferredUntil) })}</em>
      )}
      {ticket.reachable ? null : <em> {r.say('board.unreachable')}</em>}
    </>
  )
}

const Row = ({ r, zone, ticket, closed }: Told & { ticket: BoardTicket; closed: string }) => (
  <li class={ticket.opened ? 'board-row board-row-opened' : 'board-row'}>
    <span class="board-number">
      <bdi>{ticket.number}</bdi>
    </span>
    <span>
      <Name text={ticket.service} />
      <span class="quiet"> {r.say('board.party', { count: ticket.party })}</span>
      <Whereabouts r={r} zone={zone} ticket={ticket} />
    </span>
    <span class="quiet">
      {ticket.status === 'paused' ? <strong>{r.say('board.paused')} </strong> : null}
      {r.sayWith('board.since', { time: <Time r={r} at={ticket.since} zone={zone} /> })}
    </span>
    <span>
      <Reference code={ticket.reference} />
    </span>
    <span class="board-verbs">
      {ticket.verbs.map((verb) => (
        <Press verb={verb} look="plain" about={ticket.number} />
      ))}
      {ticket.status === 'missed' ? null : (
        <a
          class="button button-plain"
          href={ticket.opened ? closed : ticket.href}
          aria-expanded={ticket.opened ? 'true' : 'false'}
        >
          {r.say(ticket.opened ? 'board.less' : 'board.more')}
          <span class="unseen">
            {' '}
            <bdi>{ticket.number}</bdi>
          </span>
          {ticket.opened ? <kbd data-key="escape">Esc</kbd> : null}
        </a>
      )}
    </span>
    {ticket.opened ? (
      <section
        class="board-opened"
        aria-label={r.say('board.more_for', { number: ticket.number })}
        tabindex={-1}
        autofocus
      >
        {ticket.opened.map((verb) => (
          <Press verb={verb} look="plain" />
        ))}
      </section>
    ) : null}
  </li>
)

const Find = ({ r, find }: { r: Reader; find: BoardView['find'] }) => (
  <search>
    <form method="get" action={find.action} class="desk-find">
      <Hidden values={find.hidden} />
      <label for="find-ticket">{r.say('board.find')}</label>
      <div>
        <input
          id="find-ticket"
          name="find"
          type="search"
          value={find.value}
          maxlength={12}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          dir="ltr"
        />
        <Button look="plain">
          {r.say('desk.find_button')}
          <Key letter="l" />
        </Button>
      </div>
    </form>
  </search>
)

/** The desk's board: Next on one key, who waits and where they are in a line each, and every other verb a key away. */
export const BoardPage = (view: BoardView) => {
  const { frame, place, zone, verbs, tickets, missed, ways, undo } = view
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
          <p class="board-ways">
            <a href={ways.bookings}>{r.say('board.bookings')}</a>
            <a href={ways.hall}>{r.say('board.hall')}</a>
            <a href={ways.poster}>{r.say('queue.poster')}</a>
          </p>
        </div>
        <nav aria-label={r.say('board.desk')}>
          <ul class="board-desks">
            {view.desks.map((desk) => (
              <Desk r={r} zone={zone} desk={desk} />
            ))}
          </ul>
        </nav>
        <section class="panel board-press" aria-label={view.desks.find(({ chosen }) => chosen)?.name}>
          {view.asked && view.asked.startedAt !== null ? (
            <p class="board-asked">
              {r.sayWith('board.asked', {
                number: <bdi>{view.asked.number}</bdi>,
                time: <Time r={r} at={view.asked.startedAt} zone={zone} />,
              })}
            </p>
          ) : null}
          {next ? <Press verb={next} look="main" /> : null}
          <div class="actions">
            {others.map((verb) => (
              <Press verb={verb} look="plain" />
            ))}
          </div>
          {view.visitNumber !== null && view.visitVerbs.length > 0 ? (
            <details id="visit">
              <summary>{r.say('board.more_for', { number: view.visitNumber })}</summary>
              <div class="board-asking">
                {view.visitVerbs.map((verb) => (
                  <Press verb={verb} look="plain" />
                ))}
              </div>
            </details>
          ) : null}
        </section>
        {undo ? (
          <div class="board-undo">
            <Press verb={undo.verb} look="plain" about={undo.number} />{' '}
            <bdi aria-hidden="true">{undo.number}</bdi>
          </div>
        ) : null}
        <Find r={r} find={view.find} />
        <section aria-labelledby="waiting">
          <h2 id="waiting">{r.say('board.waiting')}</h2>
          {tickets.length === 0 ? (
            <p class="empty">{r.say('board.nobody')}</p>
          ) : (
            <ol class="board-list">
              {tickets.map((ticket) => (
                <Row r={r} zone={zone} ticket={ticket} closed={ways.closed} />
              ))}
            </ol>
          )}
        </section>
        {missed.length > 0 ? (
          <section aria-labelledby="missed">
            <h2 id="missed">{r.say('board.missed_list')}</h2>
            <ul class="board-list">
              {missed.map((ticket) => (
                <Row r={r} zone={zone} ticket={ticket} closed={ways.closed} />
              ))}
            </ul>
          </section>
        ) : null}
        <details id="add">
          <summary>{r.say('board.add')}</summary>
          <Press verb={view.add} look="plain" />
        </details>
        <details id="joins">
          <summary>{r.say('board.joins')}</summary>
          {view.opensAt === null ? null : (
            <p>
              <ClosedUntil r={r} zone={zone} at={view.opensAt} />
            </p>
          )}
          <ul class="board-list">
            {view.joins.map(({ name, closed, verb }) => (
              <li class="board-join">
                <span>
                  <Name text={name} />{' '}
                  <span class="quiet">{r.say(closed ? 'board.joins_closed' : 'board.joins_open')}</span>
                </span>
                <Press verb={verb} look="plain" about={name} />
              </li>
            ))}
          </ul>
        </details>
        <KeyList r={r} keys={view.keys} />
      </div>
    </Layout>
  )
}
