// Serves the ledger on the state folder given, until it is killed.
import { openRuntime } from '../../scripts/runtime.ts'

const runtime = await openRuntime({ state: process.env.DAWR_STATE ?? '', entry: 'test/process/ledger.ts' })
console.log(`Dawr is ready on ${runtime.url}`)
