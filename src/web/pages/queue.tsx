import { Button, ErrorSummary, PostForm, SelectField, TextField } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { Name, Reference, Time } from '../components/text.tsx'
import { Layout } from '../layout.tsx'
import type { Fault, Form, Frame } from '../views.ts'

export type JoinView = {
  frame: Frame
  place: string
  services: {
    id: string
    name: string
    waiting: number
    closed: boolean
    form: Form
    /** What was filled in, where that needs another look. */
    party: string
    presence: 'on_site' | 'remote'
  }[]
  faults: Fault[]
}

/** What is waited for here, by how many, and a number for whoever joins. */
export const JoinPage = ({ frame, place, services, faults }: JoinView) => {
  const r = frame.reader
  return (
    <Layout
      frame={frame}
      title={r.say('queue.title')}
      findable={true}
      faulty={faults.length > 0}
      styles={['/queue.css']}
    >
      <p class="eyebrow">
        <Name text={place} />
      </p>
      <h1>{r.say('queue.title')}</h1>
      <ErrorSummary r={r} faults={faults} />
      <ul class="lines">
        {services.map((service) => (
          <li class="panel">
            <h2>
              <Name text={service.name} />
            </h2>
            <p class="with-icon">
              <Icon name="person" />
              {r.say('queue.waiting', { count: service.waiting })}
            </p>
            {service.closed ? (
              <p>{r.say('queue.closed')}</p>
            ) : (
              <PostForm form={service.form} class="stack">
                <TextField
                  r={r}
                  faults={faults}
                  field={`party-${service.id}`}
                  label={r.say('queue.party')}
                  value={service.party}
                  maxlength={2}
                />
                <SelectField
                  r={r}
                  faults={faults}
                  field={`presence-${service.id}`}
                  label={r.say('queue.where')}
                  value={service.presence}
                  options={[
                    { value: 'on_site', text: r.say('queue.here') },
                    { value: 'remote', text: r.say('queue.remote') },
                  ]}
                />
                <Button>
                  {r.say('queue.join')}
                  <span class="unseen">
                    {' '}
                    <Name text={service.name} />
                  </span>
                </Button>
              </PostForm>
            )}
          </li>
        ))}
      </ul>
    </Layout>
  )
}

export type TicketStatus = 'waiting' | 'called' | 'serving' | 'paused' | 'served' | 'left' | 'missed'

export type TicketPageView = {
  frame: Frame
  /** Where this page listens for what happens; a script of its own reads it. */
  liveHref: string
  /** The queue's last event that the page knows of. */
  seq: number
  place: string
  zone: string
  service: string
  number: string
  reference: string
  status: TicketStatus
  ahead: number | null
  desk: string | null
  /** How often it was called: each call is said aloud once. */
  calls: number
  deferredUntil: number | null
  /** What its holder can do now, in order; `main` is what most want. */
  actions: { form: Form; text: string; look: 'main' | 'plain' | 'danger' }[]
  notice: string | null
}

const Situation = ({ view }: { view: TicketPageView }) => {
  const { reader: r } = view.frame
  const desk = <Name text={view.desk ?? ''} />
  switch (view.status) {
    case 'waiting':
      return <>{r.say('ticket_page.ahead', { count: view.ahead ?? 0 })}</>
    case 'called':
      return <>{r.sayWith('ticket_page.called', { desk })}</>
    case 'serving':
      return <>{r.sayWith('ticket_page.serving', { desk })}</>
    default:
      return <>{r.say(`ticket_page.${view.status}`)}</>
  }
}

/** My number, and how things stand with it. */
export const TicketPage = (view: TicketPageView) => {
  const { frame } = view
  const r = frame.reader
  const live =
    view.status === 'waiting' ||
    view.status === 'called' ||
    view.status === 'serving' ||
    view.status === 'paused' ||
    view.status === 'missed'
  return (
    <Layout
      frame={frame}
      title={r.say('ticket_page.title')}
      scripts={['/live.js']}
      styles={['/queue.css']}
      refreshes={live}
    >
      <div class="narrow" data-live={live ? view.liveHref : undefined} data-seq={view.seq}>
        {view.notice ? (
          <Notice tone="warning" announce={true}>
            <p>{view.notice}</p>
          </Notice>
        ) : null}
        <p class="eyebrow">
          <Name text={view.place} />
        </p>
        <h1>{r.say('ticket_page.title')}</h1>
        <div class={`number number-${view.status}`}>
          <p class="number-big">
            <bdi>{view.number}</bdi>
          </p>
          <p>
            <Name text={view.service} />
          </p>
          <p class="number-now" data-say={`${view.status} ${view.ahead} ${view.calls}`}>
            <Situation view={view} />
          </p>
          {view.deferredUntil === null ? null : (
            <p>
              {r.sayWith('ticket_page.deferred', {
                time: <Time r={r} at={view.deferredUntil} zone={view.zone} />,
              })}
            </p>
          )}
        </div>
        {live ? (
          <p class="quiet">
            {r.sayWith('ticket_page.say_code', { code: <Reference code={view.reference} /> })}
          </p>
        ) : null}
        <div class="actions actions-tall">
          {view.actions.map(({ form, text, look }) => (
            <PostForm form={form}>
              <Button look={look}>{text}</Button>
            </PostForm>
          ))}
        </div>
        {live ? <p class="quiet">{r.say('ticket_page.fresh')}</p> : null}
      </div>
    </Layout>
  )
}

export type HallView = {
  frame: Frame
  liveHref: string
  seq: number
  place: string
  /** Those called and not yet being helped, the latest first. */
  calls: { number: string; desk: string; seq: number }[]
  services: { name: string; waiting: number }[]
}

/** The screen in the hall: whose turn it is and where to go. */
export const HallPage = ({ frame, liveHref, seq, place, calls, services }: HallView) => {
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
        <ul class="hall-lines">
          {services.map(({ name, waiting }) => (
            <li>
              <Name text={name} />
              <span class="quiet">{r.say('queue.waiting', { count: waiting })}</span>
            </li>
          ))}
        </ul>
        <button type="button" class="button button-plain" hidden data-sound>
          {r.say('hall.sound')}
        </button>
      </div>
    </Layout>
  )
}
