import { Button, PostForm } from '../components/form.tsx'
import { Layout } from '../layout.tsx'
import type { Form, Frame } from '../views.ts'

/**
 * Takes a one-time link to a session. The token is posted by a press of the button, so that a mail scanner that
 * opens links does not use it up.
 */
export const SignInPage = ({ frame, form }: { frame: Frame; form: Form }) => {
  const { say } = frame.reader
  return (
    <Layout frame={frame} title={say('sign_in.title')}>
      <div class="narrow message">
        <h1>{say('sign_in.title')}</h1>
        <p class="lead">{say('sign_in.lead')}</p>
        <PostForm form={form}>
          <Button>{say('sign_in.button')}</Button>
        </PostForm>
      </div>
    </Layout>
  )
}

/** The one-time link was used before, or is too old. */
export const SignInUsedPage = ({ frame }: { frame: Frame }) => {
  const { say } = frame.reader
  return (
    <Layout frame={frame} title={say('sign_in.used')}>
      <div class="narrow message">
        <h1>{say('sign_in.used')}</h1>
        <p class="lead">{say('sign_in.used_more')}</p>
      </div>
    </Layout>
  )
}

/** The first administrator's key, shown this once. */
export const FirstKeyPage = ({ frame, secret }: { frame: Frame; secret: string }) => {
  const { say } = frame.reader
  return (
    <Layout frame={frame} title={say('first_key.title')}>
      <div class="narrow message">
        <h1>{say('first_key.title')}</h1>
        <p class="lead">{say('first_key.lead')}</p>
        <p>
          <code dir="ltr" class="secret">
            {secret}
          </code>
        </p>
        <p>
          <a class="button button-main" href="/docs">
            {say('first_key.docs')}
          </a>
        </p>
      </div>
    </Layout>
  )
}
