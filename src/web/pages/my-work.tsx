import { Button, PostForm } from '../components/form.tsx'
import { Name, Reference } from '../components/text.tsx'
import type { Job } from '../job.ts'
import { Layout } from '../layout.tsx'
import type { Form, Frame } from '../views.ts'
import { BoardFacts, type BoardJob } from './work-board.tsx'

export type MyJob = BoardJob & { next: { to: Job['status']; form: Form } | null }

export type MyWorkView = {
  frame: Frame
  place: string
  zone: string
  /** Whose jobs these are; null until somebody has been chosen. */
  person: string | null
  people: { name: string; href: string }[]
  jobs: MyJob[]
  ways: { board: string; receive: string }
}

/** A technician's own jobs on a telephone: the next stage a tap away, a line or a photo two. */
export const MyWorkPage = ({ frame, place, zone, person, people, jobs, ways }: MyWorkView) => {
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('work.mine')} styles={['/work.css']}>
      <div class="job">
        <p class="eyebrow">
          <Name text={place} />
        </p>
        <h1>
          {person === null ? (
            r.say('work.mine')
          ) : (
            <>
              {r.say('work.mine_of')} <Name text={person} />
            </>
          )}
        </h1>
        <p class="actions">
          <a href={ways.board}>{r.say('work.board')}</a>
          <a href={ways.receive}>{r.say('work.receive')}</a>
        </p>
        <nav aria-label={r.say('work.whose')} class="desk-where">
          <ul>
            {people.map(({ name, href }) => (
              <li>
                <a href={href} aria-current={name === person ? 'page' : undefined}>
                  <Name text={name} />
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {jobs.length === 0 ? (
          <p class="empty">{r.say(person === null ? 'work.choose_person' : 'work.mine_empty')}</p>
        ) : null}
        <ul class="my-jobs">
          {jobs.map((job) => (
            <li class={job.atRisk ? 'panel work-risk' : 'panel'}>
              <h2>
                <a href={job.href}>
                  <Reference code={job.reference} /> <Name text={job.items.join(', ')} />
                </a>
              </h2>
              <p class="quiet">
                <Name text={job.service} />
              </p>
              <div class="my-facts">
                <BoardFacts r={r} zone={zone} job={job} />
              </div>
              <div class="actions">
                {job.next ? (
                  <PostForm form={job.next.form}>
                    <Button>
                      {r.say('work.to_stage', { stage: r.say(`job.status_${job.next.to}`) })}
                      <span class="unseen"> {job.reference}</span>
                    </Button>
                  </PostForm>
                ) : null}
                <a class="button button-plain" href={`${job.href}?open=quote#quote`}>
                  {r.say('work.add_line')}
                  <span class="unseen"> {job.reference}</span>
                </a>
                <a class="button button-plain" href={`${job.href}?open=photo#photo`}>
                  {r.say('work.photo')}
                  <span class="unseen"> {job.reference}</span>
                </a>
              </div>
            </li>
          ))}
        </ul>
      </div>
    </Layout>
  )
}
