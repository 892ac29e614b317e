// `npm run demo:live`: people join the queue of the demo's clinic and desks serve them, until Ctrl-C.
//   --speed 5    so much faster than real (1)
//   --seed 7     other people (1)
//   DAWR_STATE   folder of the running server (.dawr)
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { apiOf } from './demo/api.ts'
import { readCredentials } from './demo/demo.ts'
import { live } from './demo/live.ts'
import { Refusal } from './refusal.ts'

const state = resolve(process.env.DAWR_STATE || '.dawr')
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())

try {
  const { speed, seed } = readOptions()
  const credentials = readCredentials(state)
  if (!credentials) throw new Refusal(`There is no demo in ${state}: npm start makes one.`)
  const { baseUrl, staffKey } = credentials
  const { locations } = await apiOf(baseUrl, staffKey)('GET', '/v1/locations')
  const clinic = locations.find(({ zone }: { zone: string }) => zone === 'Asia/Riyadh')
  if (!clinic) throw new Refusal('The demo has no clinic.')
  const say = (line: string) => console.log(`${new Date().toTimeString().slice(0, 8)}  ${line}`)
  await live({ baseUrl, staffKey, location: clinic.id, speed, seed, signal: stopping.signal, say })
} catch (error) {
  if (!stopping.signal.aborted) {
    const gone = (error as Error).message === 'fetch failed'
    console.error(
      gone ? 'The server does not answer: npm start' : error instanceof Refusal ? error.message : error,
    )
    process.exitCode = 1
  }
} finally {
  stopping.abort()
}

function readOptions(): { speed: number; seed: number } {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({ options: { speed: text('1'), seed: text('1') } })
  const [speed, seed] = [Number(values.speed), Number(values.seed)]
  if (!(speed > 0 && speed <= 10_000 && Number.isSafeInteger(seed)))
    throw new Refusal('--speed is a number above 0, --seed a whole number.')
  return { speed, seed }
}
