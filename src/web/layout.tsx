import { raw } from 'hono/html'
import type { PropsWithChildren } from 'hono/jsx'
import { Button, PostForm } from './components/form.tsx'
import { Icon } from './components/icon.tsx'
import { Name } from './components/text.tsx'
import { directionOf, type Language, languageNames, languages } from './languages.ts'
import type { Frame } from './views.ts'

/** The turn: a ring with a gap, and the one whose turn it is. */
const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path class="mark-ring" d="M15.6 4.3A8.5 8.5 0 1 0 20.5 12" />
    <circle class="mark-dot" cx="19" cy="6.5" r="2.8" />
  </svg>
)

type LanguagesProps = { frame: Frame; hrefs: Record<Language, string> }

const Languages = ({ frame, hrefs }: LanguagesProps) => (
  <nav class="languages" aria-label={frame.reader.say('frame.languages')}>
    <ul>
      {languages.map((language) => (
        <li>
          <a
            href={hrefs[language]}
            lang={language}
            hreflang={language}
            dir={directionOf(language)}
            aria-current={language === frame.reader.language ? 'true' : undefined}
          >
            {languageNames[language]}
          </a>
        </li>
      ))}
    </ul>
  </nav>
)

const StaffBar = ({ frame }: { frame: Frame }) =>
  frame.staff ? (
    <div class="staff-bar">
      <div class="wrap">
        <p>
          <Icon name="person" />
          <span>{frame.reader.sayWith('frame.staff', { name: <Name text={frame.staff.label} /> })}</span>
        </p>
        <a href={frame.staff.dayHref}>{frame.reader.say('frame.staff_day')}</a>
        <PostForm form={frame.staff.signOut}>
          <Button look="plain">{frame.reader.say('frame.sign_out')}</Button>
        </PostForm>
      </div>
    </div>
  ) : null

/** How old a page may get that cannot be told of changes. */
const refreshSeconds = 20

type LayoutProps = PropsWithChildren<{
  frame: Frame
  title: string
  /** Small scripts of `public/` that the page is better with and complete without. */
  scripts?: string[]
  /** Stylesheets beside the one that all pages have. */
  styles?: string[]
  /** Without scripts the page is fetched anew by itself. */
  refreshes?: boolean
  /** Set on pages that everybody may find. */
  findable?: boolean
  /** The page answers a form that needs another look. */
  faulty?: boolean
}>

/** The shell of every page. Nothing inline: the content security policy allows own files alone. */
export const Layout = (props: LayoutProps) => {
  const { frame } = props
  const { say, locale, direction } = frame.reader
  const title = props.faulty ? say('frame.faulty_title', { title: props.title }) : props.title
  return (
    <>
      {raw('<!doctype html>')}
      <html lang={locale.tag} dir={direction}>
        <head>
          <meta charset="utf-8" />
          <title>{`${title} · ${frame.organisation}`}</title>
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          {props.findable ? null : <meta name="robots" content="noindex" />}
          <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/style.css" />
          {props.styles?.map((style) => (
            <link rel="stylesheet" href={style} />
          ))}
          {props.refreshes ? (
            <noscript>
              <meta http-equiv="refresh" content={String(refreshSeconds)} />
            </noscript>
          ) : null}
          {props.scripts?.map((script) => (
            <script src={script} defer />
          ))}
        </head>
        <body>
          <a class="skip" href="#content">
            {say('frame.skip')}
          </a>
          <header class="top">
            <div class="wrap">
              <a class="home" href={frame.homeHref}>
                <Mark />
                <Name text={frame.organisation} />
              </a>
              {frame.languageHrefs ? <Languages frame={frame} hrefs={frame.languageHrefs} /> : null}
            </div>
            <StaffBar frame={frame} />
          </header>
          <main id="content" class="wrap" tabindex={-1}>
            {props.children}
          </main>
          <footer class="bottom">
            <div class="wrap">
              <p>{say('frame.footer')}</p>
            </div>
          </footer>
        </body>
      </html>
    </>
  )
}
