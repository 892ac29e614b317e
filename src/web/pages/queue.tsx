import type { TicketView } from '../../queue/index.ts'
import { Button, ErrorSummary, PostForm, SelectField, TextField } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { Name, Reference, Time } from '../components/text.tsx'
import { ClosedUntil, MyWait, RecordText, SpanText, type WaitOfService } from '../components/wait.tsx'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Fault, Form, Frame } from '../views.ts'

export type JoinView = {
  frame: Frame
  place: string
  zone: string
  /** When people can join again, where the place is closed. */
  opensAt: number | null
  services: ({
    id: string
    name: string
    waiting: number
    closed: boolean
    form: Form
    /** What was filled in, where that needs another look. */
    party: string
    presence: 'on_site' | 'remote'
  } & WaitOfService)[]
  faults: Fault[]
}

/** What is waited for here, by how many, and a number for whoever joins. */
export const JoinPage = ({ frame, place, zone, opensAt, services, faults }: JoinView) => {
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
      {opensAt === null ? null : (
        <Notice tone="warning">
          <p>
            <ClosedUntil r={r} zone={zone} at={opensAt} />
          </p>
        </Notice>
      )}
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
              opensAt === null && <p>{r.say('queue.closed')}</p>
            ) : (
              <>
                <p class="my-span">
                  <SpanText r={r} zone={zone} span={service.wait} of="joining" />
                </p>
                <RecordText r={r} record={service.record} />
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
              </>
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
  presence: TicketView['presence']
  wait: TicketView['wait']
  record: TicketView['record']
  desk: string | null
  /** How often it was called: each call is said aloud once. */
  calls: number
  deferredUntil: number | null
  /** What its holder can do now, in order; `main` is what most want. */
  /** Where the holder says how to be told that it is nearly their turn. */
  messagesHref: string
  actions: { form: Form; text: string; look: 'main' | 'plain' | 'danger' }[]
  /** What went wrong, and a way on where there is one. */
  notice: { text: string; way: { href: string; text: string } | null } | null
}

/** So many sentences of how many are ahead go along, for the script that is told a number. */
const aheadsSaid = 30

const aheadsOf = (r: Reader, ahead: number) =>
  JSON.stringify(
    Array.from({ length: Math.min(ahead, aheadsSaid) + 1 }, (_, count) =>
      r.say('ticket_page.ahead', { count }),
    ),
  )

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
      <div
        class="narrow"
        data-live={live ? view.liveHref : undefined}
        data-seq={view.seq}
        data-zone={view.zone}
        data-hours={r.locale.hourCycle}
      >
        {view.notice ? (
          <Notice tone="warning" announce={true}>
            <p>{view.notice.text}</p>
            {view.notice.way ? <a href={view.notice.way.href}>{view.notice.way.text}</a> : null}
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
          <p
            class="number-now"
            data-say={`${view.status} ${view.ahead} ${view.calls}`}
            data-aheads={view.status === 'waiting' ? aheadsOf(r, view.ahead ?? 0) : undefined}
          >
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
        <MyWait
          r={r}
          zone={view.zone}
          wait={view.wait}
          record={view.record}
          away={view.presence !== 'on_site'}
        />
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
        {live ? (
          <p>
            <a href={view.messagesHref}>{r.say('tell.title')}</a>
          </p>
        ) : null}
        {live ? <p class="quiet">{r.say('ticket_page.fresh')}</p> : null}
      </div>
    </Layout>
  )
}
