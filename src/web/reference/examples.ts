import { type ApiDocument, type Endpoint, resolved, type Schema, schemaOf } from './document.ts'

/** A value that the schema takes: examples and defaults where it has them, and only what it requires. */
export function exampleOf(document: ApiDocument, given: Schema): unknown {
  const schema = resolved(document, given)
  if (schema.example !== undefined) return schema.example
  if (schema.default !== undefined) return schema.default
  if (schema.enum) return schema.enum[0]
  if (schema.oneOf?.[0]) return exampleOf(document, schema.oneOf[0])
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object':
      return exampleObject(document, schema)
    case 'array':
      return Array.from({ length: Math.min(1, schema.minItems ?? 0) }, () =>
        exampleOf(document, schema.items ?? {}),
      )
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1)
    case 'boolean':
      return true
    default:
      return 'Example'
  }
}

function exampleObject(document: ApiDocument, { properties = {}, required = [] }: Schema): object {
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
  return Object.fromEntries(names.map((name) => [name, exampleOf(document, properties[name] ?? {})]))
}

/** The endpoint's address with an example for each part that must be there. */
export function exampleAddress(document: ApiDocument, { path, parameters = [] }: Endpoint): string {
  const textOf = (schema: Schema | undefined) => String(exampleOf(document, schema ?? {}))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    textOf(parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema),
  )
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, schema }) => `${name}=${textOf(schema)}`)
    .join('&')
  return query === '' ? filled : `${filled}?${query}`
}

/** Answers with an open socket instead of a document. */
export const isSocket = ({ responses }: Endpoint): boolean => '101' in responses

/** A command to paste into a shell, with the key in `$DAWR_KEY` where the endpoint wants one. */
export function curlOf(document: ApiDocument, endpoint: Endpoint): string {
  const address = `${document.servers?.[0]?.url ?? ''}${exampleAddress(document, endpoint)}`
  if (isSocket(endpoint)) return `new WebSocket('${address.replace(/^http/, 'ws')}')`
  const open = endpoint.security?.some((way) => Object.keys(way).length === 0)
  const body = schemaOf(endpoint.requestBody?.content)
  const json = body && JSON.stringify(exampleOf(document, body), null, 2).replaceAll("'", "'\\''")
  return [
    endpoint.method === 'GET' ? `curl '${address}'` : `curl -X ${endpoint.method} '${address}'`,
    ...(open ? [] : [`-H "Authorization: Bearer $DAWR_KEY"`]),
    ...(endpoint.method === 'GET' ? [] : [`-H "Idempotency-Key: $(uuidgen)"`]),
    ...(json === undefined ? [] : [`--json '${json}'`]),
  ].join(' \\\n  ')
}
