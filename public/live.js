// Keeps a page up to date: listens to its queue, and fetches the page anew when something happened. Without this the
// page does so by itself every now and then. Keys press the buttons that show them.
const place = () => document.querySelector('[data-live]')
const shownSeq = () => Number(place()?.dataset.seq ?? -1)
const beatMs = 30_000
/** Those who are told only of their place and their wait come for the rest at a moment of their own. */
const spreadMs = 3_000
/** How the queue closes a socket whose session has ended. */
const revoked = 4401
const sound = { on: false }
let waitMs = 1000
let asked = 0
let heard = shownSeq()
let tag
let connected = false
let pointerDown = false
let due = false
let pressed = 0
let presses = Promise.resolve()
let stale = false
let coming = false
let composing = false

// What is in `main` is replaced as a whole, so what is said aloud stands outside of it and is said once.
const voice = document.createElement('div')
voice.className = 'unseen'
voice.setAttribute('aria-live', 'polite')
document.body.append(voice)

const sayable = (main) => [...main.querySelectorAll('[data-say]')]

function say(words) {
  if (words.length === 0) return
  const line = document.createElement('p')
  line.textContent = words.map((text) => text.trim()).join('. ')
  voice.replaceChildren(line)
}

/** What the page that comes has to say and this one did not. */
function newsIn(before, after) {
  const known = new Set(sayable(before).map(({ dataset }) => dataset.say))
  return sayable(after).flatMap(({ dataset, textContent }) => (known.has(dataset.say) ? [] : [textContent]))
}

// A button is the same one if its form asks for the same; a link if it leads to the same; what has an id is itself.
function nameOf(control) {
  if (control?.id) return control.id
  const form = control?.closest('form')
  if (!form) return control?.getAttribute('href') ?? control?.textContent
  const fields = [...form.querySelectorAll('[type=hidden]')].filter(({ name }) => name !== 'key')
  return JSON.stringify([form.getAttribute('action'), fields.map(({ name, value }) => [name, value])])
}

const findControl = (main, name) =>
  [...main.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select')].find(
    (control) => nameOf(control) === name,
  )

// What was opened and typed stays as it is on the page that takes this one's place.
function carryOver(now, then) {
  for (const { id, open } of now.querySelectorAll('details[id]')) {
    const same = then.querySelector(`#${CSS.escape(id)}`)
    if (same) same.open = open
  }
  for (const field of now.querySelectorAll('input[id], select[id]')) {
    const same = then.querySelector(`#${CSS.escape(field.id)}`)
    const known =
      same?.matches('input') || [...(same?.options ?? [])].some(({ value }) => value === field.value)
    if (known) same.value = field.value
  }
}

const isField = (element) => element?.matches('input, select, textarea') ?? false

// A list that is open or a word half composed would be taken from under somebody's hands.
const busy = () => pointerDown || document.activeElement?.matches('select') || composing

/** Puts the page that came in the place of this one. What is refused is shown: a session that has ended says so. */
function show(text, answer, isAnswer) {
  const next = new DOMParser().parseFromString(text, 'text/html')
  const [now, then] = [document.querySelector('main'), next.querySelector('main')]
  if (!now || !then) return
  tag = answer.headers.get('ETag')
  stale = false
  const active = document.activeElement
  const held = now.contains(active) && active !== now
  const name = held ? nameOf(active) : undefined
  const caret =
    isField(active) && active.type === 'text' ? [active.selectionStart, active.selectionEnd] : null
  carryOver(now, then)
  const news = newsIn(now, then)
  const notice = then.querySelector(answer.ok ? '.notice' : 'h1')
  notice?.removeAttribute('role') // said from here, and once
  say(isAnswer || !answer.ok ? [notice?.textContent ?? '', ...news].filter(Boolean) : news)
  // Calls that came while no socket told of them.
  if (news.length > 0 && !connected) chime()
  now.replaceWith(then)
  document.title = next.title
  if (held || !answer.ok) {
    const same = findControl(then, name) ?? then
    same.focus({ preventScroll: true })
    if (caret && isField(same)) same.setSelectionRange(...caret)
  }
  if (!connected) heard = shownSeq()
  prepare()
}

const fetched = (address, options) =>
  fetch(address, { ...options, cache: 'no-store' })
    .then(async (answer) => [answer, await answer.text()])
    // Without a network there is nothing to show; the socket comes back when there is one.
    .catch(() => [])

async function renew() {
  due = pressed > 0 || busy()
  if (due) return
  const mine = ++asked
  const headers = { Accept: 'text/html', ...(tag ? { 'If-None-Match': tag } : {}) }
  const [answer, text] = await fetched(location.href, { headers })
  // Nothing new, or too busy to say.
  if (!answer || answer.status === 304 || answer.status === 429 || answer.status >= 500) return
  due = mine === asked && (pressed > 0 || busy())
  if (due || mine !== asked) return
  show(text, answer, false)
}

// A button is pressed without leaving the page. Until the answer is there a second press is of the same form, and so
// the same command. Presses go out one after another.
async function press(form, fields) {
  const [answer, text] = await fetched(form.action, { method: 'POST', body: new URLSearchParams(fields) })
  pressed--
  if (!answer) return form.submit() // the browser says what is wrong
  asked++
  if (answer.ok) history.replaceState(null, '', answer.url)
  show(text, answer, true)
  // What the socket told in the meantime is mostly this very press.
  if (due && shownSeq() < heard) renew()
}

/** Once, however many ask for it. */
function renewWithin(ms) {
  if (coming) return
  coming = true
  setTimeout(() => {
    coming = false
    renew()
  }, ms * Math.random())
}

/** A clock time as the page has them. */
function clockTime(at) {
  const { zone, hours } = place().dataset
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: zone,
    hourCycle: hours,
    hour: hours === 'h23' ? '2-digit' : 'numeric',
    minute: '2-digit',
  }).format(new Date(at))
}

/** Shows a holder's new place and wait; false where the page has other sentences for them. */
function showWait({ ahead, wait }) {
  const line = document.querySelector('[data-aheads]')
  // Whoever does not wait any more sees nothing of it.
  if (!line) return ahead === null
  const words = JSON.parse(line.dataset.aheads)[ahead]
  const spots = [...document.querySelectorAll('[data-wait]')]
  const kept = ['from', 'to', 'beBackBy'].every((name) => {
    const shown = spots.some(({ dataset }) => dataset.wait === name)
    // Whoever is here need not be back.
    return shown ? wait?.[name] : name === 'beBackBy' || !wait?.[name]
  })
  if (words === undefined || !kept) return false
  for (const spot of spots) {
    const time = spot.querySelector('time')
    time.dateTime = wait[spot.dataset.wait]
    time.firstElementChild.textContent = clockTime(time.dateTime)
  }
  if (line.textContent !== words) {
    line.textContent = words
    line.dataset.say = `waiting ${ahead} 0`
    say([words])
  }
  // The reasons are fetched when somebody looks at them.
  stale = true
  if (document.querySelector('#why')?.open) renewWithin(spreadMs)
  return true
}

function chime() {
  if (!sound.on) return
  const at = sound.context.currentTime
  for (const [index, tone] of [660, 880].entries()) {
    const [wave, level] = [sound.context.createOscillator(), sound.context.createGain()]
    wave.frequency.value = tone
    level.gain.setValueAtTime(0.3, at + index * 0.25)
    level.gain.exponentialRampToValueAtTime(0.001, at + index * 0.25 + 0.5)
    wave.connect(level).connect(sound.context.destination)
    wave.start(at + index * 0.25)
    wave.stop(at + index * 0.25 + 0.5)
  }
}

function hear(message) {
  if (message.calls?.some(({ seq }) => seq > heard)) chime()
  heard = message.seq
  if (message.seq <= shownSeq()) return
  const told = message.type === 'change' && 'ahead' in message.body && !message.body.ticket
  if (!told) renew()
  else if (showWait(message.body)) place().dataset.seq = message.seq
  else renewWithin(spreadMs)
}

function listen() {
  const live = place()?.dataset.live
  if (!live) return
  const address = new URL(live, location.href)
  address.protocol = address.protocol.replace('http', 'ws')
  if (heard >= 0) address.searchParams.set('since', heard)
  const socket = new WebSocket(address)
  let answered = true
  // A network that goes away without a word is noticed by its silence.
  const beat = setInterval(() => {
    if (!answered) return socket.close()
    answered = false
    if (socket.readyState === WebSocket.OPEN) socket.send('ping')
  }, beatMs)
  socket.onopen = () => {
    connected = true
  }
  socket.onmessage = ({ data }) => {
    answered = true
    if (data === 'pong') return
    waitMs = 1000
    hear(JSON.parse(data))
  }
  // Everybody comes back at a moment of their own, not all at once. Where no socket opens, the page is asked for news.
  socket.onclose = ({ code }) => {
    clearInterval(beat)
    const refused = !connected
    connected = false
    if (code === revoked) return renew()
    setTimeout(
      async () => {
        if (refused) await renew()
        listen()
      },
      waitMs * (0.5 + Math.random()),
    )
    waitMs = Math.min(waitMs * 2, 30_000)
  }
}

// Whoever speaks to the machine, or leans on its keys, does without single ones.
let keys = 'on'
try {
  keys = localStorage.getItem('keys') ?? keys
} catch {
  // A browser that keeps nothing asks on each page.
}

function offerKeys() {
  for (const button of document.querySelectorAll('[data-keys]')) {
    const wanted = button.dataset.keys
    button.hidden = wanted === keys
    button.onclick = () => {
      keys = wanted
      try {
        localStorage.setItem('keys', keys)
      } catch {
        // As above.
      }
      offerKeys()
      document.querySelector('[data-keys]:not([hidden])').focus()
    }
  }
}

function prepare() {
  offerKeys()
  const why = document.querySelector('#why')
  why?.addEventListener('toggle', () => why.open && stale && renew())
  const button = document.querySelector('[data-sound]')
  if (!button) return
  button.hidden = sound.on
  button.onclick = () => {
    sound.context = new AudioContext()
    sound.on = true
    button.hidden = true
    chime()
  }
}

// Keyboards of other scripts have the same keys in the same spots: there the spot counts.
const letterOf = ({ key, code }) =>
  (/^([a-z]|\w{2,})$/i.test(key) ? key : code.replace(/^Key/, '')).toLowerCase()

/** Presses what shows the key; where that needs words first, leads to them. */
function pressKey(letter) {
  const control = document.querySelector(`[data-key="${CSS.escape(letter)}"]`)?.closest('button, a')
  if (!control) return
  const field = control.closest('form')?.querySelector('input:not([type=hidden]), select')
  if (!field) return control.click()
  const folded = control.closest('details')
  if (folded) folded.open = true
  field.focus()
  return true
}

function walk(step) {
  const rows = [...document.querySelectorAll('.board-row')]
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const row = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step]
  row?.querySelector('button, a')?.focus()
  return row !== undefined
}

addEventListener('keydown', (event) => {
  if (event.repeat && !event.key.startsWith('Arrow')) return
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (isField(event.target)) {
    if (event.key === 'Escape') event.target.blur()
    return
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const letter = letterOf(event)
  const single = letter.length === 1 && keys === 'off'
  const done = step ? walk(step) : !single && pressKey(letter)
  // The key is not also typed into the field that it leads to.
  if (done) event.preventDefault()
})

// What was out of sight, such as in a pocket, may have missed much.
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && renew())

addEventListener('compositionstart', () => {
  composing = true
})
addEventListener('compositionend', () => {
  composing = false
})
addEventListener('focusout', () => setTimeout(() => due && renew()))

addEventListener('submit', (event) => {
  const form = event.target
  if (form.method === 'get' || !place()?.contains(form)) return
  event.preventDefault()
  pressed++
  const fields = new FormData(form)
  presses = presses.then(() => press(form, fields))
})

addEventListener('pointerdown', () => {
  pointerDown = true
})
for (const end of ['pointerup', 'pointercancel'])
  addEventListener(end, () => {
    pointerDown = false
    if (due) renew()
  })

prepare()
listen()
