import type { Child, PropsWithChildren } from 'hono/jsx'
import { nameOfRef, type Schema } from './document.ts'
import { Marked, objectId } from './text.tsx'

/** The fields of a schema: name, type, rules, meaning; objects within it one level further in. */

const kinds: Record<string, string> = { date: 'date', 'date-time': 'instant', email: 'e-mail address' }

/** The type in words, as a link where it is an object of its own. */
export const TypeName = ({ schema }: { schema: Schema }) => <>{typeName(schema)}</>

function typeName(schema: Schema): Child {
  const ref = nameOfRef(schema)
  const [type = 'any value', ...others] = [schema.type ?? []].flat()
  const orNull = others.includes('null') ? ' or null' : ''
  if (ref !== undefined) {
    return (
      <>
        <a href={`#${objectId(ref)}`}>{ref}</a>
        {orNull}
      </>
    )
  }
  if (schema.oneOf) return 'one of several kinds'
  if (type === 'array') {
    return (
      <>
        array of {typeName(schema.items ?? {})}
        {orNull}
      </>
    )
  }
  const values = schema.additionalProperties
  if (type === 'object' && typeof values === 'object' && !schema.properties) {
    return <>object, each value {typeName(values)}</>
  }
  return (kinds[schema.format ?? ''] ?? type) + orNull
}

function span(from: number | undefined, to: number | undefined, unit: string): string[] {
  if (from === undefined && to === undefined) return []
  // Without a limit of its own a whole number is said to reach as far as JavaScript counts.
  const most = to === Number.MAX_SAFE_INTEGER ? undefined : to
  if (from === Number.MIN_SAFE_INTEGER || from === undefined)
    return most === undefined ? [] : [`at most ${most}${unit}`]
  return [most === undefined ? `at least ${from}${unit}` : `${from} to ${most}${unit}`]
}

const Codes = ({ before, values }: { before: string; values: unknown[] }) => (
  <>
    {before}
    {values.map((value, place) => (
      <>
        {place > 0 ? ', ' : ' '}
        <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
      </>
    ))}
  </>
)

/** What a value must keep to, in words. */
function rulesOf(schema: Schema): Child[] {
  const rules: Child[] = [
    ...span(schema.minimum, schema.maximum, ''),
    ...span(schema.minLength, schema.maxLength, ' characters'),
    ...span(schema.minItems, schema.maxItems, ' of them'),
  ]
  const [only] = schema.enum ?? []
  if (schema.enum)
    rules.push(<Codes before={schema.enum.length === 1 ? 'always' : 'one of'} values={schema.enum} />)
  if (schema.pattern) rules.push(<Codes before="matches" values={[schema.pattern]} />)
  if (schema.default !== undefined && schema.default !== only)
    rules.push(<Codes before="without it:" values={[schema.default]} />)
  if (schema.example !== undefined) rules.push(<Codes before="such as" values={[schema.example]} />)
  const inside = schema.items ?? schema.additionalProperties
  if (typeof inside === 'object' && !inside.properties) rules.push(...rulesOf(inside))
  return rules
}

/** The object that is described within this field: its own, or that of an array's elements. */
const insideOf = (schema: Schema): Schema | undefined =>
  schema.properties || schema.oneOf ? schema : schema.items && insideOf(schema.items)

export type FieldProps = { names: string[]; schema: Schema; optional: boolean; where?: string }

export const Field = (props: PropsWithChildren<FieldProps>) => {
  const { schema } = props
  const rules = rulesOf(schema)
  const inside = insideOf(schema)
  return (
    <li>
      <p>
        {props.names.map((name, place) => (
          <>
            {place > 0 ? ', ' : null}
            <b>
              <code>{name}</code>
            </b>
          </>
        ))}{' '}
        <span class="type">
          {typeName(schema)}
          {props.where ? `, ${props.where}` : null}
          {props.optional ? ', optional' : null}
        </span>
      </p>
      {props.children}
      {schema.description ? (
        <p>
          <Marked text={schema.description} />
        </p>
      ) : null}
      {rules.length > 0 ? (
        <p class="rules">
          {rules.map((rule, place) => (
            <>
              {place > 0 ? ' · ' : null}
              {rule}
            </>
          ))}
        </p>
      ) : null}
      {inside ? <Fields schema={inside} /> : null}
    </li>
  )
}

type Property = [name: string, schema: Schema]

const alike = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Neighbours that are alike in all but their name, such as the days of a week, are told once. */
const PropertyList = ({ properties, required }: { properties: Property[]; required: string[] }) => {
  const told: FieldProps[] = []
  for (const [name, schema] of properties) {
    const optional = !required.includes(name)
    const last = told.at(-1)
    if (last && last.optional === optional && alike(last.schema, schema)) last.names.push(name)
    else told.push({ names: [name], schema, optional })
  }
  return (
    <ul class="fields">
      {told.map((field) => (
        <Field {...field} />
      ))}
    </ul>
  )
}

/** Fields of an object. Of one that has kinds, those that all kinds share come first. */
export const Fields = ({ schema }: { schema: Schema }) => {
  if (!schema.oneOf)
    return (
      <PropertyList properties={Object.entries(schema.properties ?? {})} required={schema.required ?? []} />
    )
  const [first, ...others] = schema.oneOf
  const shared = Object.entries(first?.properties ?? {}).filter(([name, property]) =>
    others.every((other) => alike(other.properties?.[name], property)),
  )
  const names = shared.map(([name]) => name)
  return (
    <>
      <PropertyList properties={shared} required={first?.required ?? []} />
      {schema.oneOf.map((kind) => (
        <>
          <p>And either</p>
          <PropertyList
            properties={Object.entries(kind.properties ?? {}).filter(([name]) => !names.includes(name))}
            required={kind.required ?? []}
          />
        </>
      ))}
    </>
  )
}
