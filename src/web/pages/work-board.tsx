import { statuses } from '../../work/index.ts'
import { BoardChoice } from '../components/choice.tsx'
import { Button } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Chance, DayHour } from '../components/job.tsx'
import { type PlaceLink, Places } from '../components/places.tsx'
import { Name, Reference } from '../components/text.tsx'
import type { Job, JobChoice } from '../job.ts'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Frame } from '../views.ts'

export type BoardJob = {
  href: string
  reference: string
  status: Job['status']
  pause: NonNullable<Job['pause']>['reason'] | null
  service: string
  items: string[]
  person: string | null
  promised: number | null
  first: number | null
  chance: number | null
  atRisk: boolean
  choices: JobChoice[]
}

export type WorkBoardView = {
  frame: Frame
  place: string
  zone: string
  places: PlaceLink[]
  location: string
  filter: { status: string; person: string; over: boolean; reference: string }
  people: string[]
  risk: BoardJob[]
  rest: BoardJob[]
  ways: { receive: string; mine: string; more: string | null }
}

type Told = { r: Reader; zone: string }

/** How it stands, and when it is to be ready. */
export const BoardFacts = ({ r, zone, job }: Told & { job: BoardJob }) => (
  <>
    <div class="work-status">
      {r.say(`job.status_${job.status}`)}
      {job.pause ? <span class="quiet"> {r.say(`work.pause_${job.pause}`)}</span> : null}
    </div>
    <div class="work-ready">
      {job.promised === null ? (
        <span class="quiet">{r.say('work.no_date')}</span>
      ) : (
        <DayHour r={r} zone={zone} at={job.promised} />
      )}
      {job.first !== null && job.promised !== null && job.first !== job.promised ? (
        <span class="quiet">
          {' '}
          {r.sayWith('work.first', { time: <DayHour r={r} zone={zone} at={job.first} /> })}
        </span>
      ) : null}
      <Chance r={r} chance={job.chance} />
      <BoardChoice r={r} zone={zone} choices={job.choices} />
    </div>
  </>
)

const Row = ({ r, zone, job }: Told & { job: BoardJob }) => (
  <li class={job.atRisk ? 'work-row work-risk' : 'work-row'}>
    <a href={job.href}>
      <Reference code={job.reference} />
    </a>
    <span>
      <Name text={job.items.join(', ')} />
      <span class="quiet work-service">
        <Name text={job.service} />
        {job.person === null ? null : (
          <>
            {' · '}
            <Name text={job.person} />
          </>
        )}
      </span>
    </span>
    <BoardFacts r={r} zone={zone} job={job} />
  </li>
)

const List = ({ r, zone, id, title, jobs }: Told & { id: string; title: string; jobs: BoardJob[] }) =>
  jobs.length === 0 ? null : (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul class="work-list">
        {jobs.map((job) => (
          <Row r={r} zone={zone} job={job} />
        ))}
      </ul>
    </section>
  )

const Filter = ({ r, view: { filter, people, location } }: { r: Reader; view: WorkBoardView }) => (
  <search>
    <form method="get" action="/desk/work" class="work-filter">
      <input type="hidden" name="location" value={location} />
      <div class="field">
        <label for="filter-status">{r.say('work.filter_status')}</label>
        <select id="filter-status" name="status">
          <option value="">{r.say('work.all')}</option>
          {statuses.map((status) => (
            <option value={status} selected={status === filter.status}>
              {r.say(`job.status_${status}`)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="filter-person">{r.say('work.assignee')}</label>
        <select id="filter-person" name="person">
          <option value="">{r.say('work.all')}</option>
          {people.map((person) => (
            <option value={person} selected={person === filter.person}>
              {person}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="filter-reference">{r.say('work.code')}</label>
        <input
          id="filter-reference"
          name="reference"
          type="search"
          value={filter.reference}
          maxlength={12}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          dir="ltr"
        />
      </div>
      <label class="tick">
        <input type="checkbox" name="over" value="true" checked={filter.over} />
        {r.say('work.over')}
      </label>
      <Button look="plain">{r.say('work.show')}</Button>
    </form>
  </search>
)

/** All work in hand: what is at risk first, then what is to be looked at first. */
export const WorkBoardPage = (view: WorkBoardView) => {
  const { frame, zone, risk, rest, ways, places } = view
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('work.title', { place: view.place })} styles={['/work.css']}>
      <Places r={r} places={places} />
      <h1>{r.say('work.title', { place: view.place })}</h1>
      <p class="actions">
        <a class="button button-main" href={ways.receive}>
          {r.say('work.receive')}
        </a>
        <a class="button button-plain" href={ways.mine}>
          {r.say('work.mine')}
        </a>
      </p>
      <Filter r={r} view={view} />
      {risk.length + rest.length === 0 ? <p class="empty">{r.say('work.empty')}</p> : null}
      <List r={r} zone={zone} id="risk" title={r.say('work.at_risk')} jobs={risk} />
      <List r={r} zone={zone} id="rest" title={r.say('work.in_hand')} jobs={rest} />
      {ways.more ? (
        <p>
          <a class="onward" href={ways.more}>
            {r.say('work.more')}
            <Icon name="forward" />
          </a>
        </p>
      ) : null}
    </Layout>
  )
}
