import { raw } from 'hono/html'
import { type ProblemCode, problems } from '../../kernel/result.ts'
import type { AppContext } from '../../platform/http.ts'
import { advice } from './advice.ts'
import {
  type ApiDocument,
  type Chapter,
  chaptersOf,
  type Endpoint,
  objectsOf,
  readable,
  resolved,
  type Schema,
  schemaOf,
} from './document.ts'
import { curlOf } from './examples.ts'
import { Field, Fields, TypeName } from './fields.tsx'
import { topics } from './introduction.tsx'
import { endpointId, Marked, objectId, problemId } from './text.tsx'

/** A reference for people, made of the same document that programs read at /openapi.json. In English alone. */

const slug = (tag: string) => `chapter-${tag.toLowerCase().replace(/\W+/g, '-')}`

/** Who may ask, of the ways that the document names: each is a set of credentials with their scopes. */
function Access({ endpoint: { security = [] } }: { endpoint: Endpoint }) {
  const open = security.some((way) => Object.keys(way).length === 0)
  const scopes = security.flatMap((way) => way.key ?? [])
  const link = security.some((way) => way.link)
  const key =
    scopes.length > 0 ? (
      <>
        a key with the scope <code>{scopes.join(' ')}</code>
      </>
    ) : (
      'a key'
    )
  return (
    <p class="access">
      {open ? 'For everybody' : <>Needs {key}</>}
      {open && scopes.length > 0 ? <>; as partner or staff, with {key}</> : null}
      {link ? ', or the customer’s own token' : null}.
    </p>
  )
}

const TypeLine = ({ schema }: { schema: Schema | undefined }) =>
  schema ? (
    <>
      {' '}
      <span class="type">
        <TypeName schema={schema} />
      </span>
    </>
  ) : null

const headerName = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

const EndpointSection = ({ document, endpoint }: { document: ApiDocument; endpoint: Endpoint }) => {
  const { method, path, parameters = [] } = endpoint
  const body = schemaOf(endpoint.requestBody?.content)
  return (
    <section id={endpointId(endpoint.operationId)} class="endpoint">
      <h3>{endpoint.summary}</h3>
      <p class="address-line">
        <code>
          <b>{method}</b> {path}
        </code>{' '}
        <span class="type">{endpoint.operationId}</span>
      </p>
      {endpoint.description ? (
        <p>
          <Marked text={endpoint.description} />
        </p>
      ) : null}
      <Access endpoint={endpoint} />
      {parameters.length > 0 ? (
        <>
          <h4>Parameters</h4>
          <ul class="fields">
            {parameters.map((parameter) => (
              <Field
                names={[parameter.in === 'header' ? headerName(parameter.name) : parameter.name]}
                schema={parameter.schema ?? {}}
                optional={!parameter.required}
                where={`in the ${parameter.in}`}
              />
            ))}
          </ul>
        </>
      ) : null}
      {body ? (
        <>
          <h4>Body</h4>
          <Fields schema={resolved(document, body)} />
        </>
      ) : null}
      <h4>Answers</h4>
      <ul class="fields">
        {Object.entries(endpoint.responses).map(([status, { description, content }]) => (
          <li>
            <b>
              <code>{status}</code>
            </b>{' '}
            {description}:<TypeLine schema={schemaOf(content)} />
          </li>
        ))}
      </ul>
      <h4>Example</h4>
      <pre>
        <code>{curlOf(document, endpoint)}</code>
      </pre>
    </section>
  )
}

const Problems = () => (
  <section aria-labelledby="problems">
    <h2 id="problems">Problems</h2>
    <p>Every code there is, with its status and what to do about it.</p>
    {Object.entries(problems).map(([code, [status, title]]) => (
      <section id={problemId(code)} class="problem">
        <h3>
          <code>{code}</code>
        </h3>
        <p class="rules">
          {status} · {title}
        </p>
        <p>
          <Marked text={advice[code as ProblemCode]} />
        </p>
      </section>
    ))}
  </section>
)

const Contents = ({ chapters }: { chapters: Chapter[] }) => (
  <nav aria-label="Contents" class="contents">
    <h2>Contents</h2>
    <h3>
      <a href="#start">How it works</a>
    </h3>
    <ul>
      {topics.map(({ id, title }) => (
        <li>
          <a href={`#${id}`}>{title}</a>
        </li>
      ))}
    </ul>
    {chapters.map(({ tag, endpoints }) => (
      <>
        <h3>
          <a href={`#${slug(tag)}`}>{tag}</a>
        </h3>
        <ul>
          {endpoints.map((endpoint) => (
            <li>
              <a href={`#${endpointId(endpoint.operationId)}`}>{endpoint.summary}</a>
            </li>
          ))}
        </ul>
      </>
    ))}
    <h3>
      <a href="#objects">Objects</a>
    </h3>
    <h3>
      <a href="#problems">Problems</a>
    </h3>
  </nav>
)

const Reference = ({ document }: { document: ApiDocument }) => {
  const chapters = chaptersOf(document)
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en" dir="ltr">
        <head>
          <meta charset="utf-8" />
          <title>{`${document.info.title} API`}</title>
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/style.css" />
          <link rel="stylesheet" href="/reference.css" />
        </head>
        <body>
          <a class="skip" href="#content">
            Skip to the content
          </a>
          <main id="content" class="wrap api" tabindex={-1}>
            <header>
              <h1>{document.info.title} API</h1>
              <p class="lead">
                <Marked text={document.info.description ?? ''} />
              </p>
              <p>
                For programs: <a href="/openapi.json">the same as an OpenAPI 3.1 document</a>. For people:{' '}
                <a href="/">the pages</a>.
              </p>
            </header>
            <Contents chapters={chapters} />
            <div class="api-text">
              <section aria-labelledby="start">
                <h2 id="start">How it works</h2>
                {topics.map(({ id, title, text }) => (
                  <section id={id}>
                    <h3>{title}</h3>
                    {text}
                  </section>
                ))}
              </section>
              {chapters.map(({ tag, endpoints }) => (
                <section aria-labelledby={slug(tag)}>
                  <h2 id={slug(tag)}>{tag}</h2>
                  {endpoints.map((endpoint) => (
                    <EndpointSection document={document} endpoint={endpoint} />
                  ))}
                </section>
              ))}
              <section aria-labelledby="objects">
                <h2 id="objects">Objects</h2>
                {objectsOf(document, chapters).map(([name, schema]) => (
                  <section id={objectId(name)}>
                    <h3>{name}</h3>
                    <Fields schema={schema} />
                  </section>
                ))}
              </section>
              <Problems />
            </div>
          </main>
        </body>
      </html>
    </>
  )
}

/** Answers with the reference. It changes with a deployment only. */
export function referencePage(c: AppContext, document: ApiDocument): Response | Promise<Response> {
  c.header('Cache-Control', 'public, max-age=300')
  return c.html(<Reference document={readable(document)} />)
}
