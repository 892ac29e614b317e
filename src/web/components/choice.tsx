import type { Job, JobChoice } from '../job.ts'
import type { Reader } from '../reader.ts'
import type { Fault, Form } from '../views.ts'
import { Button, fieldId, Notes, PostForm } from './form.tsx'
import { DayHour } from './job.tsx'
import { Name } from './text.tsx'

/** What can be chosen where a date may not be kept, and what was. */

type Told = { r: Reader; zone: string }

const ChoiceText = ({ r, zone, choice: { kind, at, name } }: Told & { choice: JobChoice }) => (
  <>
    {kind === 'later' && at !== null
      ? r.sayWith('job.choice_later', { time: <DayHour r={r} zone={zone} at={at} /> })
      : kind === 'later'
        ? null
        : r.say(`job.choice_${kind}`)}
    {name === null ? null : (
      <span class="quiet"> {r.sayWith('job.choice_more', { name: <Name text={name} /> })}</span>
    )}
  </>
)

export const openChoices = ({ choices }: Job): JobChoice[] =>
  choices.filter(({ chosenAt }) => chosenAt === null)

type Choosing = Told & { job: Job; form: Form; faults: Fault[] }

/** One of several, none to begin with: nobody chooses by a mere press. */
export const ChooseForm = ({ r, zone, job, form, faults }: Choosing) => (
  <PostForm form={form} class="stack ask">
    <fieldset id={fieldId('choice')} tabindex={-1}>
      <legend>{r.say('job.choice_which')}</legend>
      <Notes field="choice" faults={faults} />
      <ul>
        {openChoices(job).map((choice) => (
          <li>
            <label class="ask-line">
              <input type="radio" name="choice" value={`${choice.kind} ${choice.offered}`} />
              <span>
                <ChoiceText r={r} zone={zone} choice={choice} />
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
    <Button>{r.say('job.choice_send')}</Button>
  </PostForm>
)

/** What was chosen before. */
export const Chosen = ({ r, zone, job, title }: Told & { job: Job; title: string }) => {
  const chosen = job.choices.filter(({ chosenAt }) => chosenAt !== null)
  return chosen.length === 0 ? null : (
    <dl class="ready">
      {chosen.map((choice) => (
        <div>
          <dt>{title}</dt>
          <dd>
            <ChoiceText r={r} zone={zone} choice={choice} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** On the board: what was chosen last, or that something can be. */
export const BoardChoice = ({ r, zone, choices }: Told & { choices: JobChoice[] }) => {
  const last = choices.findLast(({ chosenAt }) => chosenAt !== null)
  if (last)
    return (
      <div class="work-choice">
        {r.sayWith('work.chosen', { choice: <ChoiceText r={r} zone={zone} choice={last} /> })}
      </div>
    )
  return choices.length > 0 ? <div class="work-choice quiet">{r.say('work.choice_open')}</div> : null
}
