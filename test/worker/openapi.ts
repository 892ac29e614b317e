import { exports } from 'cloudflare:workers'

/** The contract as anybody reads it, from /openapi.json, and what of a value does not keep to it. */

export type Schema = {
  type?: string | string[]
  $ref?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  prefixItems?: Schema[]
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  enum?: unknown[]
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  [note: string]: unknown
}
type Content = Record<string, { schema: Schema }>
type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }
type Described = {
  operationId: string
  summary?: string
  tags?: string[]
  parameters?: Parameter[]
  requestBody?: { content: Content; required?: boolean }
  responses: Record<string, { content?: Content }>
  security?: Record<string, string[]>[]
}
type Document = {
  openapi: string
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, Schema> }
}

export type Operation = {
  id: string
  method: string
  /** With its parameters in braces. */
  path: string
  described: Described
  inPath: Parameter[]
  inQuery: Parameter[]
  body: Schema | undefined
  /** The status of success, and what the answer is then; nothing where it is a socket. */
  status: number
  answer: Schema | undefined
  mutates: boolean
}

export const contract = (await (
  await exports.default.fetch('http://dawr.test/openapi.json')
).json()) as Document

export const operations: Operation[] = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => {
    const [status, success] =
      Object.entries(described.responses).find(([code]) => /^(101|2\d\d)$/.test(code)) ?? []
    const answer = success?.content?.['application/json']?.schema
    if (!status) throw new Error(`${described.operationId} says nothing of its success`)
    const { parameters = [] } = described
    return {
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      described,
      inPath: parameters.filter((one) => one.in === 'path'),
      inQuery: parameters.filter((one) => one.in === 'query'),
      body: described.requestBody?.content['application/json']?.schema,
      status: Number(status),
      answer,
      mutates: method !== 'get',
    }
  }),
)

/** The schema that a reference stands for. */
export function resolved(schema: Schema): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '')
  if (name === undefined) return schema
  const found = contract.components.schemas[name]
  if (!found) throw new Error(`${schema.$ref} leads nowhere`)
  return resolved(found)
}

const notes = new Set(['description', 'example', 'default'])
const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  // Beyond that a number in JSON is not what was written.
  return Number.isSafeInteger(value) ? 'integer' : typeof value
}
const formats: Record<string, (text: string) => boolean> = {
  'date-time': (text) =>
    /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  email: (text) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text),
}

/** One check a keyword; a keyword without one is an error, so that nothing of the contract is passed over. */
const checks: Record<string, (value: unknown, schema: Schema, at: string) => string[]> = {
  $ref: (value, schema, at) => faultsIn(value, resolved(schema), at),
  type: (value, { type }, at) => {
    const is = typeOf(value)
    const may = [type].flat()
    return may.includes(is) || (is === 'integer' && may.includes('number'))
      ? []
      : [`${at} is ${is}, not ${may}`]
  },
  enum: (value, { enum: may }, at) => (may?.includes(value) ? [] : [`${at} is none of ${may}`]),
  properties: (value, { properties = {} }, at) =>
    entriesOf(value).flatMap(([key, inner]) => {
      const schema = Object.hasOwn(properties, key) ? properties[key] : undefined
      return schema ? faultsIn(inner, schema, `${at}.${key}`) : []
    }),
  required: (value, { required = [] }, at) =>
    required
      .filter((key) => typeOf(value) === 'object' && !Object.hasOwn(value as object, key))
      .map((key) => `${at}.${key} is missing`),
  additionalProperties: (value, { additionalProperties: other, properties = {} }, at) =>
    entriesOf(value)
      .filter(([key]) => !Object.hasOwn(properties, key))
      .flatMap(([key, inner]) => {
        if (other === false) return [`${at}.${key} is unknown`]
        return other === true || other === undefined ? [] : faultsIn(inner, other, `${at}.${key}`)
      }),
  items: (value, { items }, at) =>
    Array.isArray(value) && items ? value.flatMap((inner, i) => faultsIn(inner, items, `${at}.${i}`)) : [],
  prefixItems: (value, { prefixItems = [] }, at) =>
    Array.isArray(value)
      ? prefixItems.flatMap((one, i) => (i < value.length ? faultsIn(value[i], one, `${at}.${i}`) : []))
      : [],
  allOf: (value, { allOf = [] }, at) => allOf.flatMap((one) => faultsIn(value, one, at)),
  anyOf: (value, { anyOf = [] }, at) => leastFaults(value, anyOf, at),
  oneOf: (value, { oneOf = [] }, at) =>
    oneOf.filter((one) => faultsIn(value, one, at).length === 0).length > 1
      ? [`${at} is two things at once`]
      : leastFaults(value, oneOf, at),
  pattern: (value, { pattern = '' }, at) =>
    typeof value !== 'string' || new RegExp(pattern, 'u').test(value)
      ? []
      : [`${at} does not match ${pattern}`],
  format: (value, { format = '' }, at) => {
    if (typeof value !== 'string') return []
    return formats[format]?.(value) ? [] : [`${at} is no ${format}`]
  },
  ...bound('minLength', (value) => (typeof value === 'string' ? [...value].length : undefined), -1),
  ...bound('maxLength', (value) => (typeof value === 'string' ? [...value].length : undefined), 1),
  ...bound('minimum', (value) => (typeof value === 'number' ? value : undefined), -1),
  ...bound('maximum', (value) => (typeof value === 'number' ? value : undefined), 1),
  ...bound('minItems', (value) => (Array.isArray(value) ? value.length : undefined), -1),
  ...bound('maxItems', (value) => (Array.isArray(value) ? value.length : undefined), 1),
}

function bound(keyword: string, measure: (value: unknown) => number | undefined, sign: 1 | -1) {
  return {
    [keyword]: (value: unknown, schema: Schema, at: string) => {
      const size = measure(value)
      const limit = schema[keyword] as number
      return size !== undefined && (size - limit) * sign > 0 ? [`${at}: ${size}, ${keyword} ${limit}`] : []
    },
  }
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeOf(value) === 'object' ? Object.entries(value as object) : []

const leastFaults = (value: unknown, schemas: Schema[], at: string): string[] =>
  schemas.map((one) => faultsIn(value, one, at)).toSorted((a, b) => a.length - b.length)[0] ?? []

/** Where a value breaks a schema, a line each. */
export function faultsIn(value: unknown, schema: Schema, at = ''): string[] {
  return Object.keys(schema).flatMap((keyword) => {
    if (notes.has(keyword)) return []
    const check = checks[keyword]
    if (!check) throw new Error(`no check for the keyword ${keyword}`)
    return check(value, schema, at)
  })
}

/** A schema that allows nothing it does not name: an answer that tells more than its contract is a leak. */
export function closed(schema: Schema): Schema {
  const rest = composed(schema)
  return {
    ...rest,
    ...(rest.properties && {
      properties: Object.fromEntries(Object.entries(rest.properties).map(([key, one]) => [key, closed(one)])),
      additionalProperties: rest.additionalProperties ?? false,
    }),
    ...(rest.items && { items: closed(rest.items) }),
    ...(rest.anyOf && { anyOf: rest.anyOf.map(closed) }),
    ...(rest.oneOf && { oneOf: rest.oneOf.map(closed) }),
  }
}

/** A schema with what it refers to and is composed of put together: only the whole of an object can be closed. */
export function composed(schema: Schema): Schema {
  const { $ref, allOf, ...rest } = schema
  if ($ref) return composed(resolved(schema))
  return allOf ? [...allOf.map(composed), rest].reduce(merged, {}) : rest
}

const merged = (a: Schema, b: Schema): Schema => ({
  ...a,
  ...b,
  ...((a.properties || b.properties) && { properties: { ...a.properties, ...b.properties } }),
  ...((a.required || b.required) && { required: [...(a.required ?? []), ...(b.required ?? [])] }),
})
