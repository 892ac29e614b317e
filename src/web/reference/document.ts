/** The parts of an OpenAPI 3.1 document that the reference reads. */

export type Schema = {
  $ref?: string
  type?: string | string[]
  description?: string
  format?: string
  pattern?: string
  example?: unknown
  default?: unknown
  enum?: unknown[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  items?: Schema
  oneOf?: Schema[]
  allOf?: Schema[]
}
export type Parameter = {
  in: string
  name: string
  required?: boolean
  description?: string
  schema?: Schema
}
type Content = Record<string, { schema?: Schema }>
export type Operation = {
  operationId: string
  summary?: string
  description?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { content: Content }
  responses: Record<string, { description: string; content?: Content }>
}
export type ApiDocument = {
  info: { title: string; description?: string }
  servers?: { url: string }[]
  /** Operations by their method, for each path. */
  paths?: Record<string, object>
  components?: { schemas?: Record<string, Schema> }
}

export type Endpoint = Operation & { method: string; path: string }
export type Chapter = { tag: string; endpoints: Endpoint[] }

/** Endpoints by their first tag; both in the order of the document. */
export function chaptersOf(document: ApiDocument): Chapter[] {
  const endpoints = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, Operation>).map(
      ([method, operation]): Endpoint => ({ ...operation, method: method.toUpperCase(), path }),
    ),
  )
  return [...Map.groupBy(endpoints, ({ tags }) => tags?.[0] ?? 'Other')].map(([tag, some]) => ({
    tag,
    endpoints: some,
  }))
}

/** Name of the component that a schema points at. */
export const nameOfRef = (schema: Schema): string | undefined => schema.$ref?.split('/').at(-1)

/**
 * One schema of what is put together by `allOf`: an object with more fields has all of them itself; a remark on another
 * schema keeps pointing at it.
 */
function joined(document: ApiDocument, schema: Schema): Schema {
  if (!schema.allOf) return schema
  const extended = schema.allOf.some(({ properties }) => properties)
  const parts = extended ? schema.allOf.map((part) => resolved(document, part)) : schema.allOf
  const whole: Schema = Object.assign({}, ...parts)
  return extended
    ? {
        ...whole,
        properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
        required: parts.flatMap(({ required }) => required ?? []),
      }
    : whole
}

/** The schema itself where another points at it. */
export function resolved(document: ApiDocument, schema: Schema): Schema {
  const name = nameOfRef(joined(document, schema))
  return joined(document, name === undefined ? schema : (document.components?.schemas?.[name] ?? {}))
}

/** The document with every schema in one piece, for people to read. */
export function readable(document: ApiDocument): ApiDocument {
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(joined(document, value as Schema)).map(([name, part]) => [name, read(part)]),
    )
  }
  return read(document) as ApiDocument
}

export const schemaOf = (content: Content | undefined): Schema | undefined =>
  Object.values(content ?? {})[0]?.schema

/** Components that are no endpoint's own body: those are shown with their endpoint. */
export function objectsOf(document: ApiDocument, chapters: Chapter[]): [name: string, schema: Schema][] {
  const bodies = new Set(
    chapters.flatMap(({ endpoints }) =>
      endpoints.map(({ requestBody }) => nameOfRef(schemaOf(requestBody?.content) ?? {})),
    ),
  )
  const schemas = document.components?.schemas ?? {}
  const text = JSON.stringify(schemas)
  return Object.entries(schemas)
    .filter(([name]) => !bodies.has(name) || text.includes(`"#/components/schemas/${name}"`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
