// Serves on the state folder given, until it is killed, with a clock of its own for the sweeps: they come many times a
// second, and the first finds every lease over that somebody held who died.
import { setTimeout as pause } from 'node:timers/promises'
import { openRuntime } from '../../scripts/runtime.ts'

const leasesMs = 10 * 60_000
const sweepsMs = 200

const runtime = await openRuntime({ state: process.env.DAWR_STATE ?? '' })
await runtime.scheduled('*/5 * * * *', Date.now() + leasesMs)
console.log(`Dawr is ready on ${runtime.url}`)
for (;;) {
  await runtime.scheduled('*/5 * * * *', Date.now())
  await pause(sweepsMs)
}
