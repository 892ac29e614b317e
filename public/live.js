// Keeps a page up to date: listens to its queue, and fetches the page anew when something happened. Without this the
// page does so by itself every now and then. Keys press the buttons that show them.
const place = () => document.querySelector('[data-live]')
const shownSeq = () => Number(place()?.dataset.seq ?? -1)
const beatMs = 30_000
const sound = { on: false }
let waitMs = 1000
let asked = 0
let heard = shownSeq()
let pointerDown = false
let due = false
let leaving = false

// What is in `main` is replaced as a whole, so what is said aloud stands outside of it and is said once.
const voice = document.createElement('div')
voice.className = 'unseen'
voice.setAttribute('aria-live', 'polite')
document.body.append(voice)

const sayable = (main) => [...main.querySelectorAll('[data-say]')]

function announce(before, after) {
  const known = new Set(sayable(before).map(({ dataset }) => dataset.say))
  const news = sayable(after).filter(({ dataset }) => !known.has(dataset.say))
  if (news.length === 0) return
  const line = document.createElement('p')
  line.textContent = news.map(({ textContent }) => textContent.trim()).join('. ')
  voice.replaceChildren(line)
}

// A button is the same one if its form asks for the same; a link if it leads to the same.
function nameOf(control) {
  const form = control?.closest('form')
  if (!form) return control?.getAttribute('href') ?? undefined
  const fields = [...new FormData(form)].filter(([name]) => name !== 'key')
  return JSON.stringify([form.getAttribute('action'), fields])
}

const findControl = (main, name) =>
  [...main.querySelectorAll('a[href], button')].find((control) => nameOf(control) === name)

async function renew() {
  const mine = ++asked
  // Without a network there is nothing to show; the socket comes back when there is one.
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => undefined)
  const text = answer?.ok ? await answer.text().catch(() => undefined) : undefined
  if (text === undefined || mine !== asked || leaving) return
  // Nothing is taken from under somebody's hands.
  due = pointerDown
  if (due) return
  const next = new DOMParser().parseFromString(text, 'text/html')
  const [now, then] = [document.querySelector('main'), next.querySelector('main')]
  if (!now || !then) return
  then.querySelector('.notice')?.removeAttribute('role') // it was said when the page opened
  const held = now.contains(document.activeElement) && document.activeElement !== now
  const name = held ? nameOf(document.activeElement) : undefined
  announce(now, then)
  now.replaceWith(then)
  if (held) (findControl(then, name) ?? then).focus({ preventScroll: true })
  prepare()
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
  socket.onmessage = ({ data }) => {
    answered = true
    if (data === 'pong') return
    const message = JSON.parse(data)
    waitMs = 1000
    if (message.calls?.some(({ seq }) => seq > heard)) chime()
    heard = message.seq
    if (message.seq !== shownSeq()) renew()
  }
  // Everybody comes back at a moment of their own, not all at once.
  socket.onclose = () => {
    clearInterval(beat)
    setTimeout(listen, waitMs * (0.5 + Math.random()))
    waitMs = Math.min(waitMs * 2, 30_000)
  }
}

function prepare() {
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
const letterOf = ({ key, code }) => (/^[a-z]$/i.test(key) ? key : code.replace(/^Key/, '')).toLowerCase()

addEventListener('keydown', (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target.closest?.('input, select, textarea')) return
  document
    .querySelector(`[data-key="${CSS.escape(letterOf(event))}"]`)
    ?.closest('button')
    ?.click()
})

// Whoever pressed a button by keyboard finds it again on the page that comes of it.
const heldName = 'held'
addEventListener('submit', ({ target }) => {
  // The next page is on its way: until then a second press is of the same form, and so the same command.
  leaving = true
  if (target.contains(document.activeElement)) sessionStorage.setItem(heldName, nameOf(target))
})
addEventListener('pageshow', () => {
  leaving = false
})
const heldBefore = sessionStorage.getItem(heldName)
sessionStorage.removeItem(heldName)
if (heldBefore) findControl(document, heldBefore)?.focus({ preventScroll: true })

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
