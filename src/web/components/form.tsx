import type { PropsWithChildren } from 'hono/jsx'
import type { Reader } from '../reader.ts'
import type { Fault, Form } from '../views.ts'

export const fieldId = (field: string) => `field-${field.replace(/[^\w-]/g, '-')}`

type Noted = { field: string; faults: Fault[]; hint?: string | undefined }

const faultOf = ({ field, faults }: Noted) => faults.find((fault) => fault.field === field)?.text

/** The hint of a field and what is wrong with it. */
export const Notes = (props: Noted) => {
  const [id, fault] = [fieldId(props.field), faultOf(props)]
  return (
    <>
      {props.hint ? (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      ) : null}
      {fault ? (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      ) : null}
    </>
  )
}

/** What ties an input to its notes for screen readers. */
export function noted(props: Noted) {
  const [id, fault] = [fieldId(props.field), faultOf(props)]
  const notes = [props.hint ? `${id}-hint` : '', fault ? `${id}-fault` : ''].filter(Boolean).join(' ')
  return {
    id,
    name: props.field,
    'aria-describedby': notes || undefined,
    'aria-invalid': fault ? ('true' as const) : undefined,
  }
}

export const Hidden = ({ values }: { values: Record<string, string> }) => (
  <>
    {Object.entries(values).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
)

export const PostForm = (props: PropsWithChildren<{ form: Form; class?: string | undefined }>) => (
  <form method="post" action={props.form.action} class={props.class} novalidate>
    <Hidden values={props.form.hidden} />
    {props.children}
  </form>
)

/** Everything that needs another look, with a way to each field; takes the focus when the page opens. */
export const ErrorSummary = ({ r, faults }: { r: Reader; faults: Fault[] }) =>
  faults.length === 0 ? null : (
    <div class="notice notice-bad" role="alert" tabindex={-1} autofocus>
      <div>
        <h2>{r.say('fault.title', { count: faults.length })}</h2>
        <ul>
          {faults.map((fault) => (
            <li>
              <a href={`#${fieldId(fault.field)}`}>{fault.text}</a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )

type FieldProps = Noted & { r: Reader; label: string; optional?: boolean }

/** Label, hint and fault around one input. */
const Field = (props: PropsWithChildren<FieldProps>) => (
  <div class="field">
    <label for={fieldId(props.field)}>
      {props.label}
      {props.optional ? <span class="quiet"> {props.r.say('field.optional')}</span> : null}
    </label>
    <Notes field={props.field} faults={props.faults} hint={props.hint} />
    {props.children}
  </div>
)

const described = (props: FieldProps) => ({
  ...noted(props),
  'aria-required': props.optional ? undefined : ('true' as const),
})

type TextFieldProps = FieldProps & {
  value: string
  type?: 'text' | 'email' | 'tel'
  autocomplete?: string
  maxlength?: number
}

export const TextField = (props: TextFieldProps) => (
  <Field {...props}>
    <input
      {...described(props)}
      type={props.type ?? 'text'}
      value={props.value}
      autocomplete={props.autocomplete ?? 'off'}
      maxlength={props.maxlength}
      dir={props.type === 'email' || props.type === 'tel' ? 'ltr' : 'auto'}
    />
  </Field>
)

export const TextArea = (props: FieldProps & { value: string; maxlength: number }) => (
  <Field {...props}>
    <textarea {...described(props)} rows={3} maxlength={props.maxlength} dir="auto">
      {props.value}
    </textarea>
  </Field>
)

type Option = { value: string; text: string; lang?: string }

export const SelectField = (props: FieldProps & { value: string; options: Option[] }) => (
  <Field {...props}>
    <select {...described(props)}>
      {props.options.map(({ value, text, lang }) => (
        <option value={value} lang={lang} selected={value === props.value}>
          {text}
        </option>
      ))}
    </select>
  </Field>
)

type ButtonProps = PropsWithChildren<{ look?: 'main' | 'plain' | 'danger'; name?: string; value?: string }>

export const Button = ({ look = 'main', name, value, children }: ButtonProps) => (
  <button type="submit" class={`button button-${look}`} name={name} value={value}>
    {children}
  </button>
)
