import type { Reader } from '../reader.ts'
import type { Form } from '../views.ts'
import { Button, PostForm } from './form.tsx'

/** What a verb needs to be told: in words, with what is usual at hand, or one of several. */
export type VerbField =
  | { kind: 'text'; name: string; label: string; value: string; usual: string[] }
  | { kind: 'choice'; name: string; label: string; options: { value: string; text: string }[] }

/** Something to do, as a button: with the key that presses it or, where it has fields, that leads to the first. */
export type Verb = { form: Form; text: string; key: string | null; fields: VerbField[] }

const idOf = ({ form: { hidden } }: Verb, name: string) =>
  ['at', hidden.verb, hidden.ticket ?? hidden.service, name].filter(Boolean).join('-')

const Field = ({ verb, field }: { verb: Verb; field: VerbField }) => {
  const id = idOf(verb, field.name)
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      {field.kind === 'choice' ? (
        <select id={id} name={field.name}>
          {field.options.map(({ value, text }) => (
            <option value={value}>{text}</option>
          ))}
        </select>
      ) : (
        <>
          <input
            id={id}
            name={field.name}
            value={field.value}
            maxlength={200}
            autocomplete="off"
            dir="auto"
            list={field.usual.length > 0 ? `${id}-usual` : undefined}
          />
          {field.usual.length > 0 ? (
            <datalist id={`${id}-usual`}>
              {field.usual.map((words) => (
                <option value={words} />
              ))}
            </datalist>
          ) : null}
        </>
      )}
    </div>
  )
}

export const Key = ({ letter }: { letter: string }) => <kbd data-key={letter}>{letter.toUpperCase()}</kbd>

/** `about` is what the verb is for, where the eye sees it in the row and the ear would not. */
export const Press = ({ verb, look, about }: { verb: Verb; look: 'main' | 'plain'; about?: string }) => (
  <PostForm form={verb.form} class={verb.fields.length > 0 ? 'verb-asking' : undefined}>
    {verb.fields.map((field) => (
      <Field verb={verb} field={field} />
    ))}
    <Button look={look}>
      {verb.text}
      {about ? (
        <span class="unseen">
          {' '}
          <bdi>{about}</bdi>
        </span>
      ) : null}
      {verb.key ? <Key letter={verb.key} /> : null}
    </Button>
  </PostForm>
)

/**
 * Every key of a page, in sight, whether its button is there now or not; with a way to do without, for whoever speaks to
 * the machine.
 */
export const KeyList = ({ r, keys }: { r: Reader; keys: [name: string, text: string][] }) => (
  <section class="key-list" aria-labelledby="keys">
    <h2 id="keys">{r.say('board.keys')}</h2>
    <ul>
      {keys.map(([name, text]) => (
        <li>
          <kbd>{name}</kbd> {text}
        </li>
      ))}
    </ul>
    <button type="button" class="button button-plain" hidden data-keys="on">
      {r.say('board.keys_on')}
    </button>
    <button type="button" class="button button-plain" hidden data-keys="off">
      {r.say('board.keys_off')}
    </button>
  </section>
)
