import { limits } from '../config.ts'
import { sha256 } from '../kernel/ids.ts'
import type { Problem } from '../kernel/result.ts'
import { workOrderToken } from '../people/index.ts'
import type { AppContext } from '../platform/http.ts'
import { addPhoto, commandWorkOrder, type Shown, showWorkOrder, workCommandBody } from '../work/index.ts'
import { jobHref, myWorkHref, workBoardHref, workOrderHref } from './address.ts'
import { jobOf } from './job.ts'
import { fieldsOf, formContext, frameFor, freshForm, page, problemPage, seeOther } from './page.tsx'
import { LabelPage } from './pages/work-label.tsx'
import { OrderPage } from './pages/work-order.tsx'
import { noticeOf } from './queue.tsx'
import type { Fault, Form } from './views.ts'
import { askedOf, choiceIn, photoOf, tickedIn } from './work.tsx'
import { commandIn, type Fields, faultMessage, fieldOfVerb } from './work-verbs.ts'

/** The desk's page of one work order: how it stands, and every verb that is possible now. */

const openable = ['quote', 'photo', 'offer', 'pause', 'assign', 'bill', 'cancel', 'reopen'] as const

/** What a form held that needs another look, and what is wrong with it. */
type Refused = { fields: Fields; faults: Fault[] }

export async function orderPage(c: AppContext): Promise<Response> {
  const shown = await showWorkOrder(c.get('context'), c.req.param('id') ?? '')
  return shown.ok ? showOrder(c, shown.value) : problemPage(c, shown.problem, workBoardHref())
}

async function showOrder(c: AppContext, shown: Shown, refused?: Refused): Promise<Response> {
  const { order, location, organisation, offered, prices } = shown
  const here = workOrderHref(order.id)
  const frame = frameFor(c, location.country, organisation, c.req.method === 'GET' ? c.req.url : here)
  const { reader } = frame
  const fields = refused?.fields ?? {}
  const form = (verb: string, more: Record<string, string> = {}): Form => freshForm(here, { verb, ...more })
  const offers = (verb: (typeof offered.verbs)[number]): Form | null =>
    offered.verbs.includes(verb) ? form(verb) : null
  const wanted = fields.verb ?? c.req.query('open')
  const received = c.req.query('news') === 'received'
  const rows = Math.min(limits.workLinesAtOnce, Number(/^\d{1,2}$/.exec(c.req.query('rows') ?? '')?.[0] ?? 4))
  return page(
    c,
    OrderPage,
    {
      frame,
      job: jobOf(reader, shown, (photo) => `${here}/photos/${photo}`),
      order,
      fields,
      faults: refused?.faults ?? [],
      notice: received ? reader.say('work.news_received') : null,
      warning: noticeOf(reader, c.req.query('problem')),
      ways: {
        board: workBoardHref(order.locationId),
        mine: myWorkHref(order.locationId, order.assignee?.person),
        customer: jobHref(await workOrderToken(c.env.LINK_SECRET, order.id)),
        label: `${here}/label`,
        origin: order.originId === null ? null : workOrderHref(order.originId),
        moreRows: `${here}?open=quote&rows=${rows + 4}#quote`,
      },
      opened: openable.find((one) => one === wanted) ?? null,
      advance: offered.advance.toReversed().map((to) => ({ to, form: form('advance', { to }) })),
      asked: offered.verbs.includes('decide')
        ? askedOf(shown, here, fields.verb === 'decide' ? tickedIn(fields) : undefined)
        : null,
      workable: order.lines
        .filter(({ line }) => offered.workable.includes(line))
        .map((line) => ({ line, form: form('work_line', { line: String(line.line) }) })),
      quote: offers('quote') && { form: form('quote'), rows, prices },
      forms: {
        offer: offers('offer'),
        choose: offers('choose'),
        pause: offers('pause'),
        resume: offers('resume'),
        continue: offers('continue'),
        assign: offers('assign'),
        bill: offers('bill'),
        cancel: offers('cancel'),
        reopen: offers('reopen'),
      },
      photo: freshForm(`${here}/photos`),
    },
    refused ? 422 : 200,
  )
}

/** Where a press of a button leads on to: the page that it stood on. */
const backTo = (fields: Fields, order: string, location: string, person: string | undefined): string =>
  fields.back === 'mine' ? myWorkHref(location, person) : workOrderHref(order)

export async function pressOrder(c: AppContext): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const context = c.get('context')
  const fields = await fieldsOf(c)
  const { key: _, back: __, ...asked } = fields
  const shown = await showWorkOrder(context, id)
  if (!shown.ok) return problemPage(c, shown.problem, workBoardHref())
  const back = backTo(fields, id, shown.value.order.locationId, fields.person)
  const keyed = formContext(c, fields, await sha256(`work ${id} ${JSON.stringify(asked)}`))
  if (!keyed) return seeOther(c, back)
  const { say } = frameFor(c, shown.value.location.country, null).reader
  const again = (field: string, text: string) =>
    showOrder(c, shown.value, { fields, faults: [{ field, text }] })
  const read =
    fields.verb === 'decide'
      ? { body: { verb: 'decide', version: Number(fields.version), approve: tickedIn(fields) } }
      : fields.verb === 'choose'
        ? { body: choiceIn(fields) }
        : commandIn(fields, shown.value)
  if ('key' in read) return again(read.field, say(read.key))
  const body = workCommandBody.safeParse(read.body)
  const place = fieldOfVerb[fields.verb ?? ''] ?? fieldOfLine(fields)
  if (!body.success) return place ? again(place, say('fault.other')) : seeOther(c, back)
  const done = await commandWorkOrder(keyed, id, body.data)
  if (done.ok) return seeOther(c, done.value.value.id === id ? back : workOrderHref(done.value.value.id))
  return done.problem.code === 'invalid_field' && place
    ? again(place, say(faultMessage(done.problem.errors?.[0]?.rule)))
    : refusedAt(c, workOrderHref(id), done.problem)
}

const fieldOfLine = ({ verb, line }: Fields): string | undefined =>
  verb === 'work_line' ? `actual-${line}` : verb === 'bill' ? 'bill' : undefined

/** What is no matter of a field: said on the page as it is now, unless it may not be seen. */
const refusedAt = (c: AppContext, here: string, problem: Problem) =>
  problem.code === 'unauthenticated' || problem.code === 'out_of_scope'
    ? problemPage(c, problem)
    : seeOther(c, `${here}?problem=${problem.code}`)

export async function orderPhoto(c: AppContext): Promise<Response> {
  return photoOf(c, c.get('context'), c.req.param('id') ?? '')
}

/** A photo as a form with a file sends it; what is no such form holds nothing. */
async function uploadOf(c: AppContext): Promise<{ fields: Fields; image: File | undefined }> {
  if (!/^multipart\/form-data\b/i.test(c.req.header('Content-Type') ?? ''))
    return { fields: {}, image: undefined }
  // A body that breaks off is a form that holds nothing.
  const body = await c.req.parseBody().catch(() => ({}))
  const entries = Object.entries(body)
  const image = entries.find(([name]) => name === 'image')?.[1]
  return {
    fields: Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    image: image instanceof File ? image : undefined,
  }
}

export async function uploadPhoto(c: AppContext): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const { fields, image } = await uploadOf(c)
  const shown = await showWorkOrder(c.get('context'), id)
  if (!shown.ok) return problemPage(c, shown.problem, workBoardHref())
  const here = workOrderHref(id)
  const bytes = new Uint8Array(image ? await image.arrayBuffer() : [])
  const line = Number(/^line-(\d{1,3})$/.exec(fields.subject ?? '')?.[1] ?? 0)
  const subject = line > 0 ? 'line' : fields.subject === 'handover' ? 'handover' : 'intake'
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const keyed = formContext(c, fields, await sha256(`photo ${id} ${fields.subject} ${digest.join(' ')}`))
  if (!keyed) return seeOther(c, here)
  const done = await addPhoto(keyed, c.env.PHOTOS, id, {
    subject,
    bytes,
    ...(line > 0 && { line }),
  })
  if (done.ok) return seeOther(c, `${here}#photos`)
  if (done.problem.code !== 'invalid_field') return refusedAt(c, here, done.problem)
  const { say } = frameFor(c, shown.value.location.country, null).reader
  const text = say(bytes.length === 0 ? 'work.fault_no_image' : faultMessage(done.problem.errors?.[0]?.rule))
  return showOrder(c, shown.value, {
    fields: { ...fields, verb: 'photo' },
    faults: [{ field: 'image', text }],
  })
}

export async function labelPage(c: AppContext): Promise<Response> {
  const shown = await showWorkOrder(c.get('context'), c.req.param('id') ?? '')
  if (!shown.ok) return problemPage(c, shown.problem, workBoardHref())
  const { order, location, organisation } = shown.value
  const frame = frameFor(c, location.country, organisation)
  const href = jobHref(await workOrderToken(c.env.LINK_SECRET, order.id))
  return page(c, LabelPage, {
    frame,
    job: jobOf(frame.reader, shown.value, () => ''),
    customer: order.contact?.name ?? null,
    note: order.note,
    address: new URL(href, c.req.url).href,
    backHref: workOrderHref(order.id),
  })
}
