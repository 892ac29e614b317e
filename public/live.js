// Keeps a page up to date: listens to its queue, and fetches the page anew when something happened. Without this the
// page does so by itself every now and then. Keys press the buttons that show them.
const place = () => document.querySelector('[data-live]')
let waitMs = 1000
let asked = 0
let heard
const sound = { on: false }

async function renew() {
  const mine = ++asked
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } })
  if (!answer.ok || mine !== asked) return
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const [now, then] = [document.querySelector('main'), next.querySelector('main')]
  // Nothing is taken from under somebody's hands.
  if (!now || !then || now.contains(document.activeElement?.closest('input, select, textarea') ?? null))
    return
  const held = document.activeElement?.closest('form')?.className
  now.replaceWith(then)
  if (held) then.querySelector(`form.${CSS.escape(held)} button`)?.focus()
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
  if (heard !== undefined) address.searchParams.set('since', heard)
  const socket = new WebSocket(address)
  socket.onmessage = ({ data }) => {
    if (data === 'pong') return
    const message = JSON.parse(data)
    waitMs = 1000
    if (heard === message.seq) return
    heard = message.seq
    if (message.calls?.length) chime()
    renew()
  }
  // Everybody comes back at a moment of their own, not all at once.
  socket.onclose = () => {
    renew()
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

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea'))
    return
  document
    .querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)
    ?.closest('button')
    ?.click()
})
prepare()
listen()
