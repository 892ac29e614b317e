import { ChooseForm, Chosen } from '../components/choice.tsx'
import { Button, ErrorSummary, fieldId, Notes, noted, PostForm } from '../components/form.tsx'
import { Chance, Costs, DayHour, History, Lines, Photos, ReadyBy, Steps } from '../components/job.tsx'
import { Notice } from '../components/notice.tsx'
import {
  AddPhoto,
  Assign,
  Bill,
  Ending,
  Offer,
  type OrderView,
  type Part,
  Pause,
  Quote,
} from '../components/order-forms.tsx'
import { QuoteForm } from '../components/quote.tsx'
import { Amount, Name, Phone, Reference } from '../components/text.tsx'
import { Layout } from '../layout.tsx'
import { Items } from './work.tsx'

const Customer = ({ r, view: { order, ways } }: Part) => {
  const { contact, note } = order
  return (
    <dl class="order-facts">
      <div>
        <dt>{r.say('work.customer')}</dt>
        <dd>
          {contact?.name ? <Name text={contact.name} /> : r.say('desk.no_name')}{' '}
          {contact?.phone ? <Phone number={contact.phone} /> : null}{' '}
          {contact?.email ? <bdi dir="ltr">{contact.email}</bdi> : null}
        </dd>
      </div>
      {order.account === null ? null : (
        <div>
          <dt>{r.say('work.account')}</dt>
          <dd>
            <Name text={order.account.name} />
          </dd>
        </div>
      )}
      {note === null ? null : (
        <div>
          <dt>{r.say('work.note')}</dt>
          <dd>
            <Name text={note} />
          </dd>
        </div>
      )}
      <div>
        <dt>{r.say('work.assignee')}</dt>
        <dd>
          {order.assignee?.person ? (
            <a href={ways.mine}>
              <Name text={order.assignee.person} />
            </a>
          ) : (
            r.say('work.nobody')
          )}
        </dd>
      </div>
      {ways.origin === null ? null : (
        <div>
          <dt>{r.say('work.rework')}</dt>
          <dd>
            <a href={ways.origin}>{r.say('work.origin')}</a>
          </dd>
        </div>
      )}
    </dl>
  )
}

/** What is done by one press: the next stage first. */
const Presses = ({ r, view: { advance, forms } }: Part) => (
  <div class="actions actions-tall">
    {forms.resume ? (
      <PostForm form={forms.resume}>
        <Button>{r.say('work.resume')}</Button>
      </PostForm>
    ) : null}
    {advance.map(({ to, form }, place) => (
      <PostForm form={form}>
        <Button look={place === 0 && !forms.resume ? 'main' : 'plain'}>
          {r.say('work.to_stage', { stage: r.say(`job.status_${to}`) })}
        </Button>
      </PostForm>
    ))}
    {forms.continue ? (
      <PostForm form={forms.continue}>
        <Button look="plain">{r.say('work.continue')}</Button>
      </PostForm>
    ) : null}
  </div>
)

const Workable = ({ r, view }: Part) =>
  view.workable.length === 0 ? null : (
    <section class="panel" aria-labelledby="workable">
      <h2 id="workable">{r.say('work.to_do')}</h2>
      <ul class="workable">
        {view.workable.map(({ line, form }) => {
          const field = `actual-${line.line}`
          const id = `workable-${line.line}`
          return (
            <li>
              <p id={id}>
                <Name text={line.name} />{' '}
                <Amount r={r} money={{ amountMinor: line.amount, currency: view.job.price.currency }} />
              </p>
              <PostForm form={form} class="workable-form">
                <div class="field">
                  <label for={fieldId(field)}>
                    {r.say('work.actual', { currency: view.job.price.currency })}
                    <span class="unseen">
                      {' '}
                      <Name text={line.name} />
                    </span>
                  </label>
                  <Notes field={field} faults={view.faults} />
                  <input
                    {...noted({ field, faults: view.faults })}
                    value={view.fields[field] ?? ''}
                    inputmode="decimal"
                    maxlength={14}
                    autocomplete="off"
                  />
                </div>
                <Button look="plain">
                  {r.say('work.line_done')}
                  <span class="unseen">
                    {' '}
                    <Name text={line.name} />
                  </span>
                </Button>
              </PostForm>
            </li>
          )
        })}
      </ul>
    </section>
  )

/** A work order at the desk and on a technician's telephone: the next step first, every other verb a fold away. */
export const OrderPage = (view: OrderView) => {
  const { frame, job, order, ways, faults } = view
  const r = frame.reader
  const { zone } = job.place
  const part = { r, view }
  return (
    <Layout
      frame={frame}
      title={r.say('work.order', { reference: job.reference })}
      styles={['/work.css']}
      scripts={['/photo.js', ...(view.asked ? ['/quote.js'] : [])]}
      faulty={faults.length > 0}
    >
      <div class="job">
        {view.notice ? (
          <Notice tone="good" announce={true}>
            <p>{view.notice}</p>
          </Notice>
        ) : null}
        {view.warning ? (
          <Notice tone="warning" announce={true}>
            <p>{view.warning}</p>
          </Notice>
        ) : null}
        <ErrorSummary r={r} faults={faults} />
        <p class="actions">
          <a href={ways.board}>{r.say('work.board')}</a>
          <a href={ways.label}>{r.say('work.label')}</a>
          <a href={ways.customer}>{r.say('work.customer_page')}</a>
        </p>
        <div>
          <p class="eyebrow">
            <Name text={job.service} />
          </p>
          <h1>{r.sayWith('work.order', { reference: <Reference code={job.reference} /> })}</h1>
          <Items r={r} items={job.items} />
        </div>
        <section class="panel job-now" aria-labelledby="now">
          <h2 id="now">{r.say(`job.status_${job.status}`)}</h2>
          {job.pause ? (
            <p>
              {r.say(`work.pause_${job.pause.reason}`)}{' '}
              {job.pause.until === null ? null : <DayHour r={r} zone={zone} at={job.pause.until} />}
            </p>
          ) : null}
          <ReadyBy r={r} zone={zone} job={job} />
          <Chance r={r} chance={job.ready.chance} />
          <Chosen r={r} zone={zone} job={job} title={r.say('work.chosen_title')} />
          <Presses {...part} />
        </section>
        <Workable {...part} />
        {view.asked ? (
          <section class="panel" aria-labelledby="ask">
            <h2 id="ask">{r.say('work.decide')}</h2>
            <p class="hint">{r.say('work.decide_hint')}</p>
            <QuoteForm r={r} asked={view.asked} faults={faults} />
          </section>
        ) : null}
        {view.forms.choose ? (
          <section class="panel" aria-labelledby="choice">
            <h2 id="choice">{r.say('work.choose')}</h2>
            <p class="hint">{r.say('work.choose_hint')}</p>
            <ChooseForm r={r} zone={zone} job={job} form={view.forms.choose} faults={faults} />
          </section>
        ) : null}
        <section class="panel folds" aria-label={r.say('work.verbs')}>
          <Quote {...part} />
          <AddPhoto {...part} />
          <Offer {...part} />
          <Pause {...part} />
          <Assign {...part} />
          <Bill {...part} />
          <Ending {...part} />
        </section>
        <section class="panel" aria-labelledby="who">
          <h2 id="who">{r.say('work.about')}</h2>
          <Customer {...part} />
        </section>
        <section class="panel" aria-labelledby="costs">
          <h2 id="costs">{r.say('job.costs')}</h2>
          <Costs r={r} job={job} />
          <Lines r={r} job={job} lines={job.lines} />
        </section>
        <Photos r={r} zone={zone} job={job} />
        <section class="panel" aria-labelledby="way">
          <h2 id="way">{r.say('job.steps')}</h2>
          <Steps r={r} zone={zone} job={job} />
        </section>
        <History r={r} zone={zone} job={job} staff={true} />
        {order.testMode ? <p class="quiet">{r.say('work.test_mode')}</p> : null}
      </div>
    </Layout>
  )
}
